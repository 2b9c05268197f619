using CrCache.Cleanup;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Engines;

namespace CrCache.Cli.Commands;

/// <summary>What all commands have in common: errors become a line and an exit code, and leftovers are swept meanwhile.</summary>
internal static class CommandRunner
{
    /// <summary>Runs a command's body; a failure is reported under <paramref name="name"/>.</summary>
    public static async Task<int> RunAsync(IReporter reporter, string name, int failure, Func<Task<int>> body)
    {
        try
        {
            return await body().ConfigureAwait(false);
        }
        catch (CrCacheException e)
        {
            reporter.Error(name, e);
            return failure;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>The engine that this machine's settings name.</summary>
    public static IEngine OpenEngine() => EngineLocator.Open(new EngineLocator().Locate());

    /// <summary>Removes leftovers in the background. It is not what the user asked for, so its failure is no error.</summary>
    public static async Task SweepAsync(IEngine engine, CancellationToken cancellationToken)
    {
        try
        {
            await LeftoverSweeper.SweepAsync(engine, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is CrCacheException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }
}
