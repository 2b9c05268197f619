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
        var command = new Command("configure", "Install crcache-runc and register it with an engine on this machine. Needs root.") { runtime, root, config };
        command.SetAction((result, _) => CommandRunner.RunAsync(
            new TextReporter(), "crcache", ExitCodes.Failure, () => Task.FromResult(Configure(result.GetRequiredValue(root), result.GetRequiredValue(config)))));
        return command;
    }

    private static Command CreateCheck()
    {
        var command = new Command("check", "Dump a tiny process and restore it, for real; say what is missing otherwise.");
        command.SetAction((_, cancellationToken) => CommandRunner.RunAsync(new TextReporter(), "crcache", ExitCodes.Failure, async () =>
        {
            using var engine = CommandRunner.OpenEngine();
            await RuntimeCheck.ProveAsync(engine, cancellationToken).ConfigureAwait(false);
            Console.WriteLine("The runtime works: a process was dumped and restored.");
            return ExitCodes.Success;
        }));
        return command;
    }

    private static int Configure(string root, string config)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new CrCacheException(ErrorCodes.RuntimeNotConfigured, "The runtime can only be registered on Linux. Elsewhere containers are started cold.");
        }

        var script = Path.Combine(AppContext.BaseDirectory, "runtime", "crcache-runc");
        var done = new RuntimeConfigurator(root, config).Configure(script);
        foreach (var line in done.DefaultIfEmpty("nothing to do: the runtime is registered"))
        {
            Console.WriteLine(line);
        }

        return ExitCodes.Success;
    }
}
