using System.CommandLine;
using System.Diagnostics;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Leases;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache lease</c>: restores containers for one client and removes them when it is gone.</summary>
internal static class LeaseCommand
{
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
        var pipe = new Option<string>("--pipe") { Description = "The socket or the named pipe to serve the client on.", Required = true };
        var parent = new Option<int?>("--parent") { Description = "End without a client when this process has ended." };
        var report = new Option<FileInfo?>("--report") { Description = "Write there what was done, as JSON." };
        const string Description =
            "Restore containers for one client, and remove them when its connection closes (docs/protocol.md).";
        var command = new Command("lease", Description) { checkpoints, pipe, parent, report };
        command.SetAction((result, cancellationToken) =>
        {
            var wanted = new Wanted(
                result.GetRequiredValue(checkpoints),
                result.GetRequiredValue(pipe),
                result.GetValue(parent),
                result.GetValue(report));
            return CommandRunner.RunAsync(result, context => RunAsync(context, wanted, cancellationToken), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, Wanted wanted, CancellationToken cancellationToken)
    {
        Termination.OutliveGroup();
        using var server = new LeaseServer(wanted.Pipe);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var leasing = AcquireAsync(context, wanted, stop.Token);
        var sweeping = SweepAsync(leasing, context, cancellationToken);
        try
        {
            return await WaitForClientAsync(server, wanted.Parent, cancellationToken).ConfigureAwait(false)
                && !await server.ServeAsync(leasing, cancellationToken).ConfigureAwait(false)
                    ? ExitCodes.Failure
                    : ExitCodes.Success;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ReleaseAsync(leasing, context, cancellationToken).ConfigureAwait(false);
            await sweeping.ConfigureAwait(false);
        }
    }

    // The restore does not wait for it, and the tests run meanwhile. The lease closes its own engine, which must not cut it short.
    private static async Task SweepAsync(Task leasing, CommandContext context, CancellationToken cancellationToken)
    {
        await leasing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (leasing.IsCompletedSuccessfully)
        {
            using var engine = context.OpenEngine();
            await CommandRunner.SweepLeftoversAsync(engine, context.Reporter, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<Lease> AcquireAsync(CommandContext context, Wanted wanted, CancellationToken cancellationToken)
    {
        try
        {
            var items = await Task.WhenAll(
                wanted.Checkpoints.Select(file => LeaseItem.ReadAsync(file.FullName, cancellationToken))).ConfigureAwait(false);
            var engine = context.OpenEngine();
            var progress = new ItemProgress(context.Reporter, CommandRunner.Self);
            var lease = await Lease
                .AcquireAsync(context.MakerFor(engine), items, progress, cancellationToken).ConfigureAwait(false);
            if (wanted.Report is { } report)
            {
                lease.Report.Write(report.FullName);
            }

            return lease;
        }
        catch (Exception e) when (e is not (CrCacheException or OperationCanceledException))
        {
            // The client is told what went wrong, and is to be told of a defect as what it is.
            throw Defect.ErrorOf(e);
        }
    }

    // A lease that failed has told its client and has nothing to remove.
    private static async Task ReleaseAsync(Task<Lease> leasing, CommandContext context, CancellationToken cancellationToken)
    {
        await ((Task)leasing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (leasing.IsCompletedSuccessfully)
        {
            var lease = await leasing.ConfigureAwait(false);
            var used = lease.Keys.ToArray();
            await Task.Delay(s_pauseBeforeRemoval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await lease.DisposeAsync().ConfigureAwait(false);

            // Last of all, when nobody waits any more: the index costs more than all that a lease does otherwise, and so do the dumps.
            foreach (var key in used)
            {
                await context.Archives.TouchAsync(key, CancellationToken.None).ConfigureAwait(false);
            }

            using var engine = context.OpenEngine();
            await CommandRunner.SweepOrphansAsync(engine, context.Store, context.Reporter, cancellationToken).ConfigureAwait(false);
        }
    }

    // False when nobody came: the process that wanted the lease has ended, or too much time has passed.
    private static async Task<bool> WaitForClientAsync(LeaseServer server, int? parent, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        waiting.CancelAfter(LeaseServer.LongestWait);
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

    // The command line: what to restore, for whom, and where to write what was done.
    private sealed record Wanted(FileInfo[] Checkpoints, string Pipe, int? Parent, FileInfo? Report);
}
