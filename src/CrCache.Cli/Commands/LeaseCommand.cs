using System.CommandLine;
using System.Diagnostics;
using CrCache.Cli.Output;
using CrCache.Leases;
using CrCache.Store;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache lease</c>: restores containers for one client and removes them when it is gone.</summary>
internal static class LeaseCommand
{
    private static readonly TimeSpan LongestWaitForClient = TimeSpan.FromMinutes(5);

    // The test run that has used the containers ends first: on a machine with few processors their removal would slow its end down.
    private static readonly TimeSpan s_pauseBeforeRemoval = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var checkpoints = new Option<FileInfo[]>("--checkpoint")
        {
            Description = "A checkpoint file to restore; several are restored at the same time.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var pipe = new Option<string>("--pipe") { Description = "The named pipe to serve the client on.", Required = true };
        var parent = new Option<int?>("--parent") { Description = "End without a client when this process has ended." };
        var report = new Option<FileInfo?>("--report") { Description = "Write there what was done, as JSON." };
        var command = new Command("lease", "Restore containers for one client, and remove them when its connection closes (docs/protocol.md).")
        {
            checkpoints, pipe, parent, report,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result,
            context => RunAsync(
                context, result.GetRequiredValue(checkpoints), result.GetRequiredValue(pipe), result.GetValue(parent), result.GetValue(report), cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, FileInfo[] checkpoints, string pipe, int? parent, FileInfo? report, CancellationToken cancellationToken)
    {
        Termination.OutliveGroup();
        using var server = new LeaseServer(pipe);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var leasing = AcquireAsync(context, checkpoints, report, stop.Token);
        try
        {
            return await WaitForClientAsync(server, parent, cancellationToken).ConfigureAwait(false)
                && !await server.ServeAsync(leasing, cancellationToken).ConfigureAwait(false)
                    ? ExitCodes.Failure
                    : ExitCodes.Success;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ReleaseAsync(leasing, context.Archives, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<Lease> AcquireAsync(
        CommandContext context, FileInfo[] checkpoints, FileInfo? report, CancellationToken cancellationToken)
    {
        var items = await Task.WhenAll(checkpoints.Select(file => LeaseItem.ReadAsync(file.FullName, cancellationToken))).ConfigureAwait(false);
        var engine = context.OpenEngine();
        var lease = await Lease.AcquireAsync(
            context.MakerFor(engine), items, new ItemProgress(context.Reporter, CommandRunner.Self), cancellationToken).ConfigureAwait(false);
        if (report is not null)
        {
            lease.Report.Write(report.FullName);
        }

        // Only now: the restore must not wait for it, and the tests run meanwhile.
        _ = CommandRunner.SweepAsync(engine, cancellationToken);
        return lease;
    }

    // A lease that failed has told its client and has nothing to remove.
    private static async Task ReleaseAsync(Task<Lease> leasing, ArchiveStore archives, CancellationToken cancellationToken)
    {
        await ((Task)leasing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (leasing.IsCompletedSuccessfully)
        {
            var lease = await leasing.ConfigureAwait(false);
            var used = lease.Keys.ToArray();
            await Task.Delay(s_pauseBeforeRemoval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await lease.DisposeAsync().ConfigureAwait(false);

            // Last of all, when nobody waits any more: the index costs more than all that a lease does otherwise.
            foreach (var key in used)
            {
                await archives.TouchAsync(key, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    // False when nobody came: the process that wanted the lease has ended, or too much time has passed.
    private static async Task<bool> WaitForClientAsync(LeaseServer server, int? parent, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        waiting.CancelAfter(LongestWaitForClient);
        var watch = parent is { } id ? CancelAfterExitAsync(id, waiting) : Task.CompletedTask;
        try
        {
            await server.WaitForClientAsync(waiting.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            await waiting.CancelAsync().ConfigureAwait(false);
            await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task CancelAfterExitAsync(int processId, CancellationTokenSource source)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            await process.WaitForExitAsync(source.Token).ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }

        await source.CancelAsync().ConfigureAwait(false);
    }
}
