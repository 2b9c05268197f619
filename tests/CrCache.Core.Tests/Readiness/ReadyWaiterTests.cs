using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Presets;
using CrCache.Readiness;
using CrCache.Restoring;
using CrCache.Specs;

namespace CrCache.Core.Tests.Readiness;

/// <summary>How long a server may take to get ready, and what is said when it does not.</summary>
public sealed class ReadyWaiterTests : IDisposable
{
    private static readonly CheckpointSpec s_spec = MadeUpSpecs.Redis with { TimeoutSeconds = 1 };
    private readonly MadeUpEngine _engine = new();
    private int _tries;

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task The_probe_is_tried_until_it_succeeds()
    {
        _engine.OnExec = (_, _) => Task.FromResult(new ExecResult(++_tries < 3 ? 1 : 0, ""));
        await WaitAsync(s_spec with { TimeoutSeconds = 60 });
        Assert.Equal(3, _tries);
    }

    [Fact]
    public async Task A_probe_that_never_succeeds_ends_with_what_it_gave_last_and_the_log()
    {
        _engine.OnExec = (_, _) => Task.FromResult(new ExecResult(7, "not yet\n"));
        var error = await FailsAsync(s_spec);
        Assert.Equal(ErrorCodes.NotReady, error.Code);
        Assert.Contains("not ready after 1 s", error.Message, StringComparison.Ordinal);
        Assert.Contains("exit code 7: not yet", error.Message, StringComparison.Ordinal);
        Assert.Contains("its last words", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("elsewhere", "CRC1010")]
    [InlineData("", "CRC3002")]
    public async Task A_port_that_nothing_listens_on_may_be_another_machine_s(string machine, string code)
    {
        using var engine = new MadeUpEngine
        {
            Machine = machine.Length > 0 ? machine : Environment.MachineName,
            PublishedPort = SilentServer.ClosedPort(),
        };
        var probes = new[] { new ReadyProbe { Tcp = "tcp" }, new ReadyProbe { Http = new HttpProbe("tcp", "/") } };
        foreach (var probe in probes)
        {
            var spec = s_spec with { Ready = probe, TimeoutSeconds = 3 };
            var container = engine.AddContainer(ContainerPlan.Cold(spec, "test"));
            await engine.StartContainerAsync(container.Id, default);
            var error = await Assert.ThrowsAsync<CrCacheException>(() => new ReadyWaiter(engine).WaitAsync(container.Id, spec, default));
            Assert.Equal(code, error.Code);
        }

        Assert.Equal(probes.Length, engine.Calls.Count(call => call.Name == nameof(IEngine.GetInfoAsync)));
    }

    [Fact]
    public async Task A_log_is_read_once_however_long_it_takes()
    {
        var reads = 0;
        _engine.OnFollow = async (line, cancellationToken) =>
        {
            reads++;
            line("starting", true);
            await Task.Delay(200, cancellationToken);
            line("now it is rea", false);
            line("now it is ready", true);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        };
        await WaitAsync(s_spec with { TimeoutSeconds = 60, Ready = new ReadyProbe { Log = "ready$" } });
        Assert.Equal(1, reads);
    }

    // A server that makes its data first is started twice, and says so twice.
    [Fact]
    public async Task The_line_that_counts_may_be_a_later_one_and_its_beginning_is_no_line_of_its_own()
    {
        var second = new TaskCompletionSource();
        var waited = 0;
        _engine.OnFollow = async (line, cancellationToken) =>
        {
            line("ready for conn", false);
            line("ready for connections", false);
            line("ready for connections", true);
            await second.Task.WaitAsync(cancellationToken);
            line("ready for connections", true);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        };
        _engine.Script.Add((call, _) =>
        {
            // By then it has been looked at several times with the first line there.
            if (call.Name == nameof(IEngine.FindContainerAsync) && ++waited == 4)
            {
                second.SetResult();
            }

            return Task.CompletedTask;
        });
        await WaitAsync(s_spec with { TimeoutSeconds = 60, Ready = new ReadyProbe { Log = "^ready", Times = 2 } });
        Assert.True(waited >= 4);
    }

    [Fact]
    public async Task A_log_that_ended_before_its_time_is_read_again()
    {
        var reads = 0;
        _engine.OnFollow = (line, _) =>
        {
            line(++reads < 3 ? "starting" : "ready", true);
            return Task.CompletedTask;
        };
        await WaitAsync(s_spec with { TimeoutSeconds = 60, Ready = new ReadyProbe { Log = "^ready" } });
        Assert.Equal(3, reads);
    }

    [Fact]
    public async Task One_that_hangs_is_cut_off_and_tried_again()
    {
        _engine.OnExec = async (timeout, cancellationToken) =>
        {
            if (++_tries > 1)
            {
                return new ExecResult(0, "");
            }

            await Task.Delay(timeout, cancellationToken);
            return new ExecResult(null, "");
        };
        await WaitAsync(s_spec with { TimeoutSeconds = 3600 }, TimeSpan.FromMilliseconds(20));
        Assert.Equal(2, _tries);
    }

    [Fact]
    public async Task One_that_is_slow_has_the_time_that_it_takes()
    {
        // Twice as long as the one before, each time, for nothing ends the one that was cut off.
        var given = new List<TimeSpan>();
        _engine.OnExec = (timeout, _) =>
        {
            given.Add(timeout);
            return Task.FromResult(new ExecResult(given.Count < 4 ? null : 0, ""));
        };
        await WaitAsync(s_spec with { TimeoutSeconds = 3600 }, TimeSpan.FromSeconds(5));
        Assert.Equal([5, 10, 20, 40], given.Select(time => time.TotalSeconds));
    }

    [Fact]
    public async Task A_time_that_is_over_before_a_probe_is_an_error_with_its_code()
    {
        // As on a machine that was put to sleep between two lines.
        _engine.Script.Add((call, cancellationToken) =>
            call.Name == nameof(IEngine.FindContainerAsync) ? Task.Delay(
                TimeSpan.FromSeconds(1.2), cancellationToken) : Task.CompletedTask);
        _engine.OnExec = async (timeout, cancellationToken) =>
        {
            await Task.Delay(timeout, cancellationToken);
            return new ExecResult(null, "");
        };
        Assert.Equal(ErrorCodes.NotReady, (await FailsAsync(s_spec)).Code);
    }

    [Fact]
    public async Task A_container_that_has_ended_is_an_error_at_once()
    {
        _engine.OnExec = async (_, cancellationToken) =>
        {
            var container = Assert.Single(_engine.Containers);
            (container.Running, container.ExitCode) = (false, 3);
            await _engine.GetInfoAsync(cancellationToken);
            throw new CrCacheException(ErrorCodes.EngineCallFailed, "the container does not run");
        };
        var error = await FailsAsync(s_spec with { TimeoutSeconds = 3600 });
        Assert.Equal(ErrorCodes.ContainerEnded, error.Code);
        Assert.Contains("exit code 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("its last words", error.Message, StringComparison.Ordinal);
    }

    private async Task<CrCacheException> FailsAsync(CheckpointSpec spec) =>
        await Assert.ThrowsAsync<CrCacheException>(() => WaitAsync(spec));

    private async Task WaitAsync(CheckpointSpec spec, TimeSpan? patience = null)
    {
        var container = _engine.AddContainer(
            new ContainerDefinition { Name = "one", Image = MadeUpEngine.BaseImage, Labels = new Dictionary<string, string>() });
        container.Running = true;
        var waiter = new ReadyWaiter(_engine) { Patience = patience ?? TimeSpan.FromSeconds(5) };
        await waiter.WaitAsync(container.Id, spec, default);
    }
}
