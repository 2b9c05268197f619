using System.CommandLine;
using CrCache.Cli.Output;
using CrCache.Compatibility;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Registries;
using CrCache.Runtimes;
using CrCache.Shared;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache doctor</c>: what this machine offers, and what to do about what it lacks.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Say what this machine's engine can do for checkpoints, and what is missing.")
        {
            CommonOptions.Registry, CommonOptions.Json,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result, context => RunAsync(context, cancellationToken), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.LocateEngine();
        if (!context.Json)
        {
            // At once: it is what one wants to know when nothing answers there.
            Console.WriteLine(ShownText.Of(Row("engine", endpoint.ToString())));
        }

        using var engine = context.OpenEngine(endpoint, cancellationToken);
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        Print(context, endpoint, info);
        var versions = await InstalledVersions.ReadAsync(engine, info, cancellationToken).ConfigureAwait(false);
        foreach (var found in CompatibilityTable.Load().Assess(versions))
        {
            Print(context, found);
        }

        var memory = await TryMemoryAsync(engine, cancellationToken).ConfigureAwait(false);
        context.Print(memory, CliJson.Default.MemoryLine, Row("memory", memory.Message));
        if (context.Registry() is { } reference)
        {
            var registry = await TryRegistryAsync(reference, cancellationToken).ConfigureAwait(false);
            context.Print(registry, CliJson.Default.RegistryLine, Row("registry", registry.Message));
        }

        var archives = await context.Archives.ListAsync(cancellationToken).ConfigureAwait(false);
        StoreCommand.PrintTotal(context, context.Archives, archives.Count, Row("store", ""));
        return ExitCodes.Success;
    }

    private static async Task<MemoryLine> TryMemoryAsync(IEngine engine, CancellationToken cancellationToken)
    {
        try
        {
            await RuntimeCheck.ProveAsync(engine, cancellationToken).ConfigureAwait(false);
            return new MemoryLine("memory", true, "works: a process was dumped and restored");
        }
        catch (CrCacheException e) when (e.Code is ErrorCodes.RuntimeNotRegistered or ErrorCodes.RuntimeNotWorking)
        {
            var message = $"does not work, so containers are started from their files, or cold. {e.Code}: {e.Message}";
            return new MemoryLine("memory", false, message) { Code = e.Code };
        }
    }

    private static async Task<RegistryLine> TryRegistryAsync(RegistryReference reference, CancellationToken cancellationToken)
    {
        try
        {
            using var registry = new CheckpointRegistry(reference);
            await registry.PingAsync(cancellationToken).ConfigureAwait(false);
            return new RegistryLine("registry", reference.ToString(), true, $"{reference.Host} answers");
        }
        catch (CrCacheException e)
        {
            return new RegistryLine("registry", reference.ToString(), false, $"{e.Code}: {e.Message}") { Code = e.Code };
        }
    }

    private static void Print(CommandContext context, EngineEndpoint endpoint, EngineInfo info)
    {
        var runtimes = info.Runtimes.Order(StringComparer.Ordinal).ToArray();
        var line = new EngineLine("engine", endpoint.Address.OriginalString, endpoint.Source)
        {
            Version = info.Version,
            ApiVersion = info.ApiVersion,
            Platform = info.Platform,
            Kernel = info.Kernel,
            Runtimes = runtimes,
        };
        var speaks = Row("speaks", $"API {info.ApiVersion}, {info.Platform}");
        context.Print(line, CliJson.Default.EngineLine, $"{speaks}\n{Row("runtimes", string.Join(", ", runtimes))}");
    }

    private static void Print(CommandContext context, Assessment found)
    {
        var line = new ComponentLine("component", found.Component, found.Verdict.ToString().ToLowerInvariant(), found.Reason)
        {
            Version = found.Version,
            Advice = found.Advice,
        };
        context.Print(line, CliJson.Default.ComponentLine, Row(found.Component, found.ToString()));
    }

    private static string Row(string name, string value) => $"{name,-9} {value}";
}
