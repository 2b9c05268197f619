using System.CommandLine;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Upkeep;

namespace CrCache.Cli.Commands;

/// <summary>What all commands have in common: errors become a line and an exit code, and leftovers are swept meanwhile.</summary>
internal static class CommandRunner
{
    /// <summary>The name under which crcache reports what is about no item.</summary>
    public const string Self = "crcache";

    /// <summary>Runs a command's body.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="body">What to do; gives the exit code.</param>
    /// <param name="cancellationToken">Cancelled where the process is asked to end.</param>
    /// <param name="failure">The exit code of an error.</param>
    /// <param name="live">A terminal gets a display of what is being done.</param>
    public static async Task<int> RunAsync(
        ParseResult result,
        Func<CommandContext, Task<int>> body,
        CancellationToken cancellationToken,
        int failure = ExitCodes.Failure,
        bool live = false)
    {
        using var reporter = Reporters.Create(result.GetValue(CommonOptions.Json), live);
        return await GuardAsync(reporter, failure, () => body(new CommandContext(result, reporter, cancellationToken)), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Makes a line and an exit code of each failure, foreseen or not.</summary>
    public static async Task<int> GuardAsync(
        IReporter reporter, int failure, Func<Task<int>> body, CancellationToken cancellationToken)
    {
        try
        {
            return await body().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception e)
        {
            // Below the display, in full.
            reporter.Dispose();
            reporter.Error(Self, Defect.ErrorOf(e));
            return failure;
        }
    }

    /// <summary>Does something for one of several items: its failure is reported under its name, and the others go on.</summary>
    /// <returns>False where it failed.</returns>
    public static async Task<bool> TryAsync(
        IReporter reporter, string name, Func<Task> body, CancellationToken cancellationToken)
    {
        try
        {
            await body().ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested || e is not OperationCanceledException)
        {
            reporter.Error(name, Defect.ErrorOf(e));
            return false;
        }
    }

    /// <summary>
    /// Removes containers of processes that have ended, in the background: one call where there are none. It is not what the user asked
    /// for, so its failure is no error.
    /// </summary>
    public static Task SweepLeftoversAsync(IEngine engine, IReporter reporter, CancellationToken cancellationToken) =>
        TrySweepAsync(reporter, () => LeftoverSweeper.SweepAsync(engine, cancellationToken));

    /// <summary>As the other, for what on the engine belongs to nothing: the runtime is asked for its dumps, by a container.</summary>
    public static Task SweepOrphansAsync(
        IEngine engine, InstalledCheckpoints store, IReporter reporter, CancellationToken cancellationToken)
    {
        return TrySweepAsync(reporter, SweepAsync);

        // An engine may have been about to create a container when its process was killed, too late for the sweep when this one began.
        async Task SweepAsync()
        {
            await LeftoverSweeper.SweepAsync(engine, cancellationToken).ConfigureAwait(false);
            await new OrphanSweeper(engine, store).SweepAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task TrySweepAsync(IReporter reporter, Func<Task> sweep)
    {
        try
        {
            await sweep().ConfigureAwait(false);
        }
        catch (Exception e) when (e is CrCacheException or OperationCanceledException or ObjectDisposedException)
        {
        }
        catch (Exception e)
        {
            reporter.Warning(Self, Defect.ErrorOf(e));
        }
    }
}
