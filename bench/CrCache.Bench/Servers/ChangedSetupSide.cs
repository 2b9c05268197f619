using System.Diagnostics;
using CrCache.Bench.Measuring;

namespace CrCache.Bench.Servers;

/// <summary>
/// From the start of <c>crcache checkpoint</c>, after a line of the last of three set-up files was changed, to the first query whose
/// answer shows that change. The checkpoint from before is there. The item has no Mode, as a user writes it.
/// </summary>
internal sealed class ChangedSetupSide : ISide
{
    private readonly Server _server;
    private readonly Workspace _workspace;
    private readonly string _directory;
    private readonly SetupFiles _setup;

    public ChangedSetupSide(Server server, Workspace workspace)
    {
        (_server, _workspace) = (server, workspace);
        _directory = Path.Combine(workspace.Directory, $"changed-{server.Name}");
        _setup = new SetupFiles(server, _directory);
    }

    public string Name => "changed";

    public string Label => "CrCache";

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _setup.ChangeAsync(cancellationToken);
        await MakeAsync(cancellationToken);
    }

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        await _setup.ChangeAsync(cancellationToken);
        var clock = Stopwatch.StartNew();
        var checkpoint = await MakeAsync(cancellationToken);
        await using var lease = LeaseProcess.Start(_workspace.Home, checkpoint);
        var port = await lease.WaitForPortAsync(_server.Name, cancellationToken);
        await FirstQuery.WaitForStateAsync(_server, port, _setup.State, cancellationToken);
        return clock.Elapsed.TotalMilliseconds;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<string> MakeAsync(CancellationToken cancellationToken) =>
        ServerCheckpoint.MakeAsync(_server.Name, _directory, new { Setup = _setup.Entries }, _workspace.Home, cancellationToken);
}
