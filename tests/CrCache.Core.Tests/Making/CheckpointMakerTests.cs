using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Installing;
using CrCache.Making;
using CrCache.Restoring;
using CrCache.Runtimes;
using CrCache.Specs;

namespace CrCache.Core.Tests.Making;

/// <summary>What a checkpoint is made of where something does not work, what stays of it, and which error is said.</summary>
public sealed class CheckpointMakerTests : IDisposable
{
    private const string NoRoom = "no space left on device";
    private readonly string _home = Directory.CreateTempSubdirectory("crcache maker ").FullName;
    private readonly List<string> _said = [];

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Memory_and_files_are_taken_and_nothing_stays_on_the_engine()
    {
        using var engine = new MadeUpEngine();
        var record = await MakeAsync(engine, Rung.Auto);
        Assert.NotNull(record.Memory);
        Assert.NotNull(record.Files);
        Assert.True(record.Files.OnTopOfMemory);
        Assert.Equal(("4.2", "1.3.6"), (record.Origin.Criu, record.Origin.Runc));
        AssertNothingStays(engine);
    }

    [Theory]
    [InlineData(Rung.Files, true)]
    [InlineData(Rung.Cold, false)]
    public async Task Without_a_wish_for_memory_nothing_is_dumped(Rung mode, bool files)
    {
        using var engine = new MadeUpEngine();
        var record = await MakeAsync(engine, mode);
        Assert.Null(record.Memory);
        Assert.Null(record.WhyNoMemory);
        Assert.Equal(files, record.Files is not null);
        Assert.DoesNotContain(engine.Calls, call => call.Container?.Runtime == CrCacheRuntime.Name);
        AssertNothingStays(engine);
    }

    [Fact]
    public async Task Without_the_runtime_the_files_are_taken_and_it_is_said_why()
    {
        using var engine = new MadeUpEngine { HasRuntime = false };
        var record = await MakeAsync(engine, Rung.Auto);
        Assert.Null(record.Memory);
        Assert.NotNull(record.Files);
        Assert.StartsWith($"{ErrorCodes.RuntimeNotRegistered}: ", record.WhyNoMemory, StringComparison.Ordinal);
        AssertNothingStays(engine);
    }

    [Fact]
    public async Task Without_CRIU_the_files_are_taken_and_memory_that_is_insisted_on_is_an_error()
    {
        using var engine = new MadeUpEngine { HasCriu = false };
        var record = await MakeAsync(engine, Rung.Auto);
        Assert.NotNull(record.Files);
        Assert.StartsWith($"{ErrorCodes.RuntimeNotWorking}: ", record.WhyNoMemory, StringComparison.Ordinal);
        Assert.Equal(ErrorCodes.RuntimeNotWorking, (await FailsAsync(engine, Rung.Memory)).Code);
        AssertNothingStays(engine);
    }

    [Fact]
    public async Task A_runtime_that_is_registered_but_broken_is_no_reason_to_make_nothing()
    {
        // Whatever it is asked, it cannot be started: not for the dump either, nor to remove one.
        using var engine = new MadeUpEngine();
        engine.Fail(
            nameof(
                IEngine.StartContainerAsync), "exec crcache-runc: permission denied", call =>
                    call.Container!.Runtime == CrCacheRuntime.Name);
        var record = await MakeAsync(engine, Rung.Auto);
        Assert.NotNull(record.Files);
        Assert.StartsWith($"{ErrorCodes.RuntimeNotWorking}: ", record.WhyNoMemory, StringComparison.Ordinal);
        Assert.Contains("permission denied", record.WhyNoMemory, StringComparison.Ordinal);
        AssertNothingStays(engine);
    }

    [Fact]
    public async Task A_copy_that_cannot_be_restored_leaves_the_files()
    {
        using var engine = new MadeUpEngine();
        engine.Fail(
            nameof(IEngine.StartContainerAsync),
            "crcache-runc: cannot restore it",
            call => call.Container!.Environment.ContainsKey(CrCacheRuntime.RestoreVariable));
        var record = await MakeAsync(engine, Rung.Auto);
        Assert.NotNull(record.Files);
        Assert.False(record.Files.OnTopOfMemory);
        Assert.StartsWith($"{ErrorCodes.RestoreFailed}: ", record.WhyNoMemory, StringComparison.Ordinal);
        Assert.Equal(ErrorCodes.RestoreFailed, (await FailsAsync(engine, Rung.Memory)).Code);
        AssertNothingStays(engine);
    }

    [Fact]
    public async Task A_server_that_has_to_be_killed_leaves_its_memory_alone()
    {
        using var engine = new MadeUpEngine { StopExitCode = 137 };
        var record = await MakeAsync(engine, Rung.Auto);
        Assert.NotNull(record.Memory);
        Assert.Null(record.Files);
        Assert.StartsWith($"{ErrorCodes.NotStopped}: ", record.WhyNoFiles, StringComparison.Ordinal);
        Assert.Equal(ErrorCodes.NotStopped, (await FailsAsync(engine, Rung.Files)).Code);
        AssertNothingStays(engine);
    }

    [Theory]
    [InlineData(nameof(IEngine.CommitAsync))]
    [InlineData(nameof(IEngine.ReadArchiveAsync))]
    [InlineData(nameof(IEngine.FindImageAsync))]
    [InlineData(nameof(IEngine.StopContainerAsync))]
    public async Task Whatever_fails_nothing_stays(string call)
    {
        using var engine = new MadeUpEngine();
        engine.Fail(call, NoRoom);
        Assert.Contains(NoRoom, (await FailsAsync(engine, Rung.Auto)).Message, StringComparison.Ordinal);
        AssertNothingStays(engine);
    }

    [Fact]
    public async Task What_cannot_be_removed_hides_neither_the_error_nor_the_rest()
    {
        using var engine = new MadeUpEngine();
        engine.Fail(nameof(IEngine.CommitAsync), NoRoom);
        engine.Fail(nameof(IEngine.RemoveImageAsync), "the image is in use");
        engine.Fail(
            nameof(IEngine.CreateContainerAsync), "too many containers", call => call.Container!.Environment.ContainsKey("CRCACHE_REMOVE"));
        Assert.Contains(NoRoom, (await FailsAsync(engine, Rung.Auto)).Message, StringComparison.Ordinal);

        // Who finds it knows by it what else there is to remove.
        Assert.NotEmpty(engine.Containers);
        Assert.Contains(_said, line => line.Contains("the image is in use", StringComparison.Ordinal));
        Assert.Contains(_said, line => line.Contains("too many containers", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Rung.Auto, true)]
    [InlineData(Rung.Cold, false)]
    public async Task What_verifies_it_is_asked_where_something_can_be_compared_with_it(Rung mode, bool asked)
    {
        using var engine = Saying("a\nb\n");
        var record = await MakeAsync(engine, mode, new VerifyCommand(["what"], IsOwn: true));
        Assert.Equal(asked ? 2 : null, record.Verified?.Count);
        Assert.Null(record.WhyNoFiles);
    }

    [Fact]
    public async Task What_verifies_it_and_fails_is_an_error_if_it_is_the_items_own()
    {
        using var engine = Saying("what?", exitCode: 127);
        var error = await Assert.ThrowsAsync<CrCacheException>(
            () => MakeAsync(engine, Rung.Auto, new VerifyCommand(["what"], IsOwn: true)));
        Assert.Equal(ErrorCodes.VerifyFailed, error.Code);
        Assert.Equal("redis: its Verify command fails with exit code 127 after the set-up: what?", error.Message);
        AssertNothingStays(engine);

        var record = await MakeAsync(engine, Rung.Auto, new VerifyCommand(["what"], IsOwn: false));
        Assert.NotNull(record.Files);
        Assert.Null(record.Verified);
        Assert.StartsWith(
            $"{ErrorCodes.VerifyFailed}: redis: the verify command of the preset redis fails", record.WhyNoFiles, StringComparison.Ordinal);
    }

    // Its probes succeed.
    private static MadeUpEngine Saying(string output, int exitCode = 0) => new()
    {
        OnCommand = command => command[0] == "what" ? new ExecResult(exitCode, output) : null,
    };

    private static void AssertNothingStays(MadeUpEngine engine)
    {
        Assert.Empty(engine.Containers);
        Assert.Empty(engine.Dumps);
        Assert.Equal([MadeUpEngine.BaseImage], engine.Images);
    }

    private async Task<CrCacheException> FailsAsync(MadeUpEngine engine, Rung mode) =>
        await Assert.ThrowsAsync<CrCacheException>(() => MakeAsync(engine, mode));

    private async Task<ArchiveRecord> MakeAsync(MadeUpEngine engine, Rung mode, VerifyCommand? verify = null)
    {
        using var area = new WorkArea(Directory.CreateDirectory(Path.Combine(_home, Guid.NewGuid().ToString("N"))).FullName);
        var job = new CheckpointJob
        {
            Spec = MadeUpSpecs.Redis with { Mode = mode, Verify = verify },
            Store = "store",
            Key = MadeUpSpecs.Key,
            Engine = await engine.GetInfoAsync(default),
            Area = area,
            Progress = new Said(_said),
        };
        var restorer = new CheckpointRestorer(engine, new InstalledCheckpoints(_home));
        return await new CheckpointMaker(engine, restorer, job, new MadeUpSteps()).MakeAsync(default);
    }
}
