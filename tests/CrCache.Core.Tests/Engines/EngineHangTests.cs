using CrCache.Diagnostics;
using CrCache.Engines.Docker;

namespace CrCache.Core.Tests.Engines;

/// <summary>No call to an engine waits for ever: what hangs is an error that names it, and what only takes long goes on.</summary>
public sealed class EngineHangTests : IDisposable
{
    // Short where nothing is to come, and endless where something is: the test does not depend on the machine's speed.
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Endless = TimeSpan.FromMinutes(5);
    private static readonly EnginePatience Silent = new() { Pause = Short, Ping = Short, Verdict = TimeSpan.Zero };
    private static readonly string Id = new('a', 64);

    private readonly string _folder = Directory.CreateTempSubdirectory("crcache test ").FullName;

    public EngineHangTests() => File.WriteAllText(Path.Combine(_folder, "Dockerfile"), "FROM scratch");

    public static TheoryData<string> Names => [.. EngineOperations.Names];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_engine_that_takes_connections_and_answers_nobody(string operation)
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Of("{}"), patience: Silent) { Frozen = true };
        AssertHangs(engine, await FailAsync(operation, engine));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_engine_that_hangs_before_it_answers(string operation)
    {
        MadeUpEngine? engine = null;
        using var made = engine = new MadeUpEngine(FreezeAsync, patience: Silent);
        AssertHangs(engine, await FailAsync(operation, engine));

        EngineAnswer FreezeAsync(string call)
        {
            engine!.Frozen = true;
            return new EngineAnswer { Chunks = null, Hangs = true };
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_engine_that_hangs_in_the_middle_of_an_answer(string operation)
    {
        MadeUpEngine? engine = null;
        using var made = engine = new MadeUpEngine(FreezeAsync, patience: Silent);
        var error = await FailAsync(operation, engine, EngineOperations.Silent);
        if (error is not null)
        {
            AssertHangs(engine, error);
        }

        EngineAnswer FreezeAsync(string call)
        {
            engine!.Frozen = true;
            return EngineOperations.Before(call) with { Hangs = true };
        }
    }

    [Theory]
    [InlineData("info")]
    [InlineData("find container")]
    [InlineData("start")]
    [InlineData("remove container")]
    [InlineData("commit")]
    [InlineData("add layers")]
    [InlineData("read archive")]
    [InlineData("write archive")]
    public async Task A_call_that_does_not_end_on_an_engine_that_answers_otherwise(string operation)
    {
        var patience = new EnginePatience { Pause = Short, Ping = Endless, Question = Short, Work = Short, LongWork = Short };
        using var engine = new MadeUpEngine(
            call => call.StartsWith("GET /images/", StringComparison.Ordinal)
                ? EngineOperations.Before(call)
                : new EngineAnswer { Hangs = true, Chunks = null },
            patience: patience);
        var error = (await FailAsync(operation, engine))!;
        Assert.Equal(ErrorCodes.EngineCallFailed, error.Code);
        Assert.Contains(engine.Address, error.Message, StringComparison.Ordinal);
        Assert.Contains("though it answers otherwise", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_takes_long_goes_on_while_the_engine_answers_pings()
    {
        var patience = new EnginePatience { Pause = TimeSpan.FromMilliseconds(5), Ping = Endless, Work = Endless };
        using var goOn = new ManualResetEventSlim();
        using var engine = new MadeUpEngine(
            _ =>
            {
                goOn.Wait();
                return EngineAnswer.Of("");
            },
            patience: patience);
        var start = engine.Engine.StartContainerAsync(Id, default);

        // The first is the negotiation's.
        await Eventually.FindAsync(Endless, () => Task.FromResult(engine.Pings > 3 ? engine : null), () => "It was not pinged.");
        Assert.False(start.IsCompleted);
        goOn.Set();
        await start;
    }

    [Fact]
    public async Task An_engine_that_was_found_to_hang_is_not_waited_for_again()
    {
        var patience = Silent with { Verdict = Endless };
        using var engine = new MadeUpEngine(_ => EngineAnswer.Of("{}"), patience: patience) { Frozen = true };
        AssertHangs(engine, await FailAsync("info", engine));
        engine.Frozen = false;
        AssertHangs(engine, await FailAsync("remove container", engine));
        AssertHangs(engine, await FailAsync("remove image", engine));
        Assert.Empty(engine.Calls);
        var left = Assert.Single(engine.Left);
        Assert.Contains($"was to remove the container {Id[..12]};", left.Message, StringComparison.Ordinal);
        Assert.Contains("the next one removes", left.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_asked_for_the_end_waits_for_no_engine_that_hangs()
    {
        using var ending = new CancellationTokenSource();
        MadeUpEngine? engine = null;
        var patience = new EnginePatience { Pause = Endless, Ping = Endless, LastPause = Short, LastPing = Short };
        var frozen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var made = engine = new MadeUpEngine(FreezeAsync, patience: patience, ending: ending.Token);
        var removal = FailAsync("remove container", engine);
        await frozen.Task;
        await ending.CancelAsync();
        AssertHangs(engine, await removal);

        EngineAnswer FreezeAsync(string call)
        {
            engine!.Frozen = true;
            frozen.SetResult();
            return new EngineAnswer { Chunks = null, Hangs = true };
        }
    }

    [Fact]
    public async Task Who_has_asked_for_the_end_waits_for_an_engine_that_answers_but_not_for_long()
    {
        using var ending = new CancellationTokenSource();
        await ending.CancelAsync();
        var patience = new EnginePatience { LastPause = Short, LastPing = Endless, Work = Endless, Ending = Short };
        using var engine = new MadeUpEngine(
            _ => new EngineAnswer { Chunks = null, Hangs = true }, patience: patience, ending: ending.Token);
        var error = (await FailAsync("remove container", engine))!;
        Assert.Equal(ErrorCodes.EngineCallFailed, error.Code);
        Assert.True(engine.Pings > 2, $"{engine.Pings} pings");
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_wait_either()
    {
        using var giveUp = new CancellationTokenSource();
        using var engine = new MadeUpEngine(_ => new EngineAnswer { Chunks = null, Hangs = true });
        var call = engine.Engine.StartContainerAsync(Id, giveUp.Token);
        await Eventually.FindAsync(Endless, () => Task.FromResult(engine.Calls.IsEmpty ? null : engine), () => "It was not asked.");
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public void An_engine_that_hangs_is_an_error_within_10_s_and_within_2_when_the_user_waits_for_the_end()
    {
        var usual = EnginePatience.Usual;
        Assert.True(usual.Pause + usual.Ping < TimeSpan.FromSeconds(10));
        Assert.True(usual.Question + usual.Ping < TimeSpan.FromSeconds(14));
        Assert.True(usual.LastPause + usual.LastPing < TimeSpan.FromSeconds(1.6));
    }

    private static void AssertHangs(MadeUpEngine engine, CrCacheException? error)
    {
        Assert.True(error?.Code == ErrorCodes.NoEngine, $"{error}");
        Assert.Contains(engine.Address, error.Message, StringComparison.Ordinal);
        Assert.Contains("does not answer", error.Message, StringComparison.Ordinal);
    }

    private async Task<CrCacheException?> FailAsync(string operation, MadeUpEngine engine, params string[] mayWork)
    {
        var error = await Record.ExceptionAsync(() => EngineOperations.RunAsync(operation, engine.Engine, _folder));
        if (error is null)
        {
            Assert.Contains(operation, mayWork);
            return null;
        }

        return Assert.IsType<CrCacheException>(error);
    }
}
