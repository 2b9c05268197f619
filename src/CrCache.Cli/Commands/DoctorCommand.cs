using System.CommandLine;
using CrCache.Cli.Output;
using CrCache.Compatibility;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Runtimes;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache doctor</c>: what this machine offers, and what to do about what it lacks.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Say what this machine's engine can do for checkpoints, and what is missing.");
        command.SetAction((_, cancellationToken) => CommandRunner.RunAsync(
            new TextReporter(), "crcache", ExitCodes.Failure, () => RunAsync(cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var endpoint = new EngineLocator().Locate();
        Line("engine", endpoint.ToString());
        using var engine = EngineLocator.Open(endpoint);
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        Line("speaks", $"API {info.ApiVersion}, {info.Platform}");
        Line("runtimes", string.Join(", ", info.Runtimes.Order(StringComparer.Ordinal)));
        var versions = await InstalledVersions.ReadAsync(engine, info, cancellationToken).ConfigureAwait(false);
        foreach (var found in CompatibilityTable.Load().Assess(versions))
        {
            Line(found.Component, found.ToString());
        }

        try
        {
            await RuntimeCheck.ProveAsync(engine, cancellationToken).ConfigureAwait(false);
            Line("memory", "works: a process was dumped and restored");
        }
        catch (CrCacheException e) when (e.Code is ErrorCodes.RuntimeNotRegistered or ErrorCodes.RuntimeNotWorking)
        {
            Line("memory", $"does not work, so containers are started cold. {e.Code}: {e.Message}");
        }

        return ExitCodes.Success;
    }

    private static void Line(string name, string value) => Console.WriteLine($"{name,-9} {value}");
}
