using System.CommandLine;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Runtimes;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache runtime</c>: registers the checkpointing runtime with an engine, and proves that it works.</summary>
internal static class RuntimeCommand
{
    private const string Docker = "docker";

    public static Command Create() => new("runtime", "The OCI runtime that dumps and restores memory: register it, check it.")
    {
        CreateConfigure(),
        CreateCheck(),
    };

    private static Command CreateConfigure()
    {
        var runtime = new Option<string>("--runtime") { Description = "The engine to register it with.", Required = true };
        runtime.AcceptOnlyFromAmong(Docker);
        var root = new Option<string>("--root")
        {
            Description = "The root of the engine's file system, where it is not this machine's own.",
            DefaultValueFactory = _ => "/",
        };
        var config = new Option<string>("--config")
        {
            Description = "The engine's configuration file, as the engine sees it.",
            DefaultValueFactory = _ => "/etc/docker/daemon.json",
        };
        var command = new Command("configure", "Install crcache-runc and register it with an engine on this machine. Needs root.")
        {
            runtime, root, config, CommonOptions.Json,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result,
            context => Task.FromResult(Configure(context, result.GetRequiredValue(root), result.GetRequiredValue(config))),
            cancellationToken));
        return command;
    }

    private static Command CreateCheck()
    {
        var command = new Command("check", "Dump a tiny process and restore it, for real; say what is missing otherwise.")
        {
            CommonOptions.Json,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result, context => CheckAsync(context, cancellationToken), cancellationToken));
        return command;
    }

    private static async Task<int> CheckAsync(CommandContext context, CancellationToken cancellationToken)
    {
        const string Works = "The runtime works: a process was dumped and restored.";
        using var engine = context.OpenEngine();
        await RuntimeCheck.ProveAsync(engine, cancellationToken).ConfigureAwait(false);
        context.Print(new MemoryLine("memory", true, Works), CliJson.Default.MemoryLine, Works);
        return ExitCodes.Success;
    }

    private static int Configure(CommandContext context, string root, string config)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new CrCacheException(
                ErrorCodes.RuntimeNotConfigured,
                "The runtime can only be registered on Linux. Elsewhere containers are started cold.");
        }

        var script = Path.Combine(AppContext.BaseDirectory, "runtime", "crcache-runc");
        var done = new RuntimeConfigurator(root, config).Configure(script);
        foreach (var line in context.Json ? done : done.DefaultIfEmpty("nothing to do: the runtime is registered"))
        {
            context.Print(new ChangedLine("changed", line), CliJson.Default.ChangedLine, line);
        }

        return ExitCodes.Success;
    }
}
