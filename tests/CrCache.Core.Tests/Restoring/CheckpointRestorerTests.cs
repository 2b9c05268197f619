using System.Diagnostics;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Restoring;
using CrCache.Runtimes;
using CrCache.Specs;

namespace CrCache.Core.Tests.Restoring;

/// <summary>Which rung serves, what happens when it fails, and what is said of it.</summary>
public sealed class CheckpointRestorerTests : IDisposable
{
    private readonly MadeUpEngine _engine = new();
    private readonly string _home = Directory.CreateTempSubdirectory("crcache restorer ").FullName;

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    [Theory]
    [InlineData(9.0, 1.0, 2.0, Rung.Memory)]
    [InlineData(9.0, 2.0, 1.0, Rung.Files)]
    [InlineData(0.5, 2.0, 1.0, Rung.Cold)]
    [InlineData(9.0, null, 1.0, Rung.Files)]
    [InlineData(9.0, 1.0, null, Rung.Memory)]
    [InlineData(9.0, null, null, Rung.Cold)]
    public async Task The_one_that_was_fastest_here_serves(double cold, double? memory, double? files, Rung expected)
    {
        var copy = await RestoreAsync(MadeUpSpecs.Redis, MadeUpSpecs.Installed(_engine, cold, memory, files));
        Assert.Equal(expected, copy.Rung);
        Assert.Null(copy.Note);
        Assert.True(Assert.Single(_engine.Containers).Running);
        Assert.NotEqual(0, copy.Ports["tcp"]);
    }

    // By a socket that ssh or socat forwards: another machine's 127.0.0.1, and no rung can help.
    [Fact]
    public async Task An_engine_on_another_machine_is_an_error_at_once_and_nothing_is_left()
    {
        using var engine = new MadeUpEngine { Machine = "elsewhere.example", PublishedPort = SilentServer.ClosedPort() };
        var installed = MadeUpSpecs.Installed(engine, cold: 9, memory: 1, files: 2);
        var clock = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<CrCacheException>(() => RestoreAsync(MadeUpSpecs.Redis, installed, engine));
        Assert.Equal("CRC1010", error.Code);
        Assert.Contains("'elsewhere.example'", error.Message, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(8), $"{clock.Elapsed}");
        Assert.Empty(engine.Containers);
        Assert.Single(engine.Calls, call => call.Name == nameof(IEngine.CreateContainerAsync));
    }

    // Docker Desktop's is a machine of its own, whose ports are brought here; and a restore asks the engine nothing more.
    [Fact]
    public async Task One_whose_ports_are_brought_here_is_as_good_as_one_of_this_machine()
    {
        using var engine = new MadeUpEngine { Machine = "docker-desktop" };
        var copy = await RestoreAsync(MadeUpSpecs.Redis, MadeUpSpecs.Installed(engine, cold: 9, memory: 1), engine);
        Assert.Equal(Rung.Memory, copy.Rung);
        Assert.DoesNotContain(engine.Calls, call => call.Name == nameof(IEngine.GetInfoAsync));
    }

    [Theory]
    [InlineData(Rung.Memory)]
    [InlineData(Rung.Files)]
    [InlineData(Rung.Cold)]
    public async Task One_that_is_pinned_serves_however_slow_it_is(Rung mode)
    {
        var seconds = (Rung rung) => rung == mode ? 9.0 : 1.0;
        var installed = MadeUpSpecs.Installed(_engine, seconds(Rung.Cold), seconds(Rung.Memory), seconds(Rung.Files));
        Assert.Equal(mode, (await RestoreAsync(MadeUpSpecs.Redis with { Mode = mode }, installed)).Rung);
    }

    [Fact]
    public async Task Where_one_fails_the_next_serves_and_the_last_reason_is_noted()
    {
        var installed = MadeUpSpecs.Installed(_engine, cold: 9, memory: 1, files: 2);
        _engine.Fail(nameof(IEngine.StartContainerAsync), "OCI runtime: crcache-runc: cannot restore it: ", IsMemory);
        var copy = await RestoreAsync(MadeUpSpecs.Redis, installed);
        Assert.Equal(Rung.Files, copy.Rung);
        Assert.Equal($"{ErrorCodes.RestoreFailed}: redis cannot be restored from memory: crcache-runc: cannot restore it", copy.Note);
        Assert.Equal(copy.Id, Assert.Single(_engine.Containers).Id);

        _engine.Fail(nameof(IEngine.StartContainerAsync), "no space left",
            call => call.Container!.Image.EndsWith("-files", StringComparison.Ordinal));
        copy = await RestoreAsync(MadeUpSpecs.Redis, installed);
        Assert.Equal(Rung.Cold, copy.Rung);
        Assert.Equal($"{ErrorCodes.RestoreFailed}: redis cannot be started from its files: no space left", copy.Note);
    }

    [Fact]
    public async Task Where_a_pinned_one_fails_nothing_else_is_tried_and_nothing_stays()
    {
        var installed = MadeUpSpecs.Installed(_engine, cold: 1, memory: 2, files: 1);
        _engine.Fail(nameof(IEngine.StartContainerAsync), "crcache-runc: cannot restore it", IsMemory);
        var error = await Assert.ThrowsAsync<CrCacheException>(
            () => RestoreAsync(MadeUpSpecs.Redis with { Mode = Rung.Memory }, installed));
        Assert.Equal(ErrorCodes.RestoreFailed, error.Code);
        Assert.Contains("cannot restore it", error.Message, StringComparison.Ordinal);
        Assert.Single(_engine.Calls, call => call.Name == nameof(IEngine.CreateContainerAsync));
        Assert.Empty(_engine.Containers);
    }

    [Fact]
    public async Task Where_a_pinned_one_is_not_there_the_error_says_why()
    {
        var installed = MadeUpSpecs.Installed(_engine, cold: 1, files: 1) with { WhyNoMemory = "CRC1005: no runtime" };
        var error = await Assert.ThrowsAsync<CrCacheException>(
            () => RestoreAsync(MadeUpSpecs.Redis with { Mode = Rung.Memory }, installed));
        Assert.Equal(ErrorCodes.RestoreFailed, error.Code);
        Assert.Contains("Mode is \"memory\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("CRC1005: no runtime", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_engine.Calls, call => call.Name == nameof(IEngine.CreateContainerAsync));
    }

    [Fact]
    public async Task Why_there_is_no_memory_is_noted_but_not_where_another_one_is_wanted()
    {
        var installed = MadeUpSpecs.Installed(_engine, cold: 2, files: 1) with { WhyNoMemory = "CRC1005: no runtime" };
        Assert.Equal("CRC1005: no runtime", (await RestoreAsync(MadeUpSpecs.Redis, installed)).Note);
        Assert.Null((await RestoreAsync(MadeUpSpecs.Redis with { Mode = Rung.Files }, installed)).Note);
        Assert.Null((await RestoreAsync(MadeUpSpecs.Redis with { Mode = Rung.Cold }, installed)).Note);
    }

    [Fact]
    public async Task Files_that_may_lack_something_serve_only_where_they_are_asked_for()
    {
        var spec = MadeUpSpecs.Redis with { MayLose = "nobody knows" };
        var installed = MadeUpSpecs.Installed(_engine, cold: 9, memory: 3, files: 1);
        Assert.Equal(Rung.Memory, (await RestoreAsync(spec, installed)).Rung);
        Assert.Equal(Rung.Files, (await RestoreAsync(spec with { Mode = Rung.Files }, installed)).Rung);
        Assert.Equal(Rung.Files, (await RestoreAsync(spec with { MayLose = null }, installed)).Rung);

        // Installed for an item that insists on them, though they were seen to lack something.
        installed = installed with { WhyNoFiles = "CRC3016: it says something else" };
        Assert.Equal(Rung.Memory, (await RestoreAsync(spec with { MayLose = null }, installed)).Rung);
    }

    [Fact]
    public async Task Volumes_are_filled_before_the_start_each_from_one_level_up()
    {
        var installed = MadeUpSpecs.Installed(_engine, cold: 9, memory: 1);
        installed = installed with
        {
            Memory = installed.Memory! with { Volumes = new Dictionary<string, string> { ["/data"] = "a.tar", ["/var/lib/db"] = "b.tar" } },
        };
        var store = new InstalledCheckpoints(_home);
        await store.SaveFileAsync(installed.EngineId, installed.Key, "a.tar", new MemoryStream([1]), default);
        await store.SaveFileAsync(installed.EngineId, installed.Key, "b.tar", new MemoryStream([2]), default);
        await RestoreAsync(MadeUpSpecs.Redis, installed);
        Assert.Equal(["/", "/var/lib"], Assert.Single(_engine.Containers).Written);
        string[] order = [nameof(IEngine.WriteArchiveAsync), nameof(IEngine.WriteArchiveAsync), nameof(IEngine.StartContainerAsync)];
        Assert.Equal(order, _engine.Calls.Select(call => call.Name).Where(order.Contains));
    }

    [Fact]
    public async Task An_image_that_is_gone_is_no_reason_for_a_slower_one()
    {
        // Who leases gets the checkpoint from its archive again.
        var installed = MadeUpSpecs.Installed(_engine, cold: 9, memory: 1);
        await _engine.RemoveImageAsync(CheckpointImageNames.Of(new string('d', 64)), default);
        await Assert.ThrowsAsync<ImageMissingException>(() => RestoreAsync(MadeUpSpecs.Redis, installed));
    }

    [Theory]
    [InlineData(nameof(IEngine.CreateContainerAsync))]
    [InlineData(nameof(IEngine.StartContainerAsync))]
    [InlineData(nameof(IEngine.FindContainerAsync))]
    public async Task Where_one_hangs_the_next_serves(string call)
    {
        var installed = MadeUpSpecs.Installed(_engine, cold: 9, memory: 0.001, files: 2);
        _engine.Script.Add((made, token) => made.Name == call && IsMemory(made) ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask);
        var restorer = new CheckpointRestorer(_engine, new InstalledCheckpoints(_home)) { MemoryTimeout = TimeSpan.FromMilliseconds(50) };
        var copy = await restorer.RestoreAsync(
            MadeUpSpecs.Redis, installed, ContainerLabels.ForLease, new Progress<string>(), default);
        Assert.Equal(Rung.Files, copy.Rung);
        Assert.Equal($"{ErrorCodes.RestoreFailed}: redis cannot be restored from memory: it did not come back within 0 s.", copy.Note);
        Assert.Equal(copy.Id, Assert.Single(_engine.Containers).Id);
    }

    [Fact]
    public async Task One_that_hangs_and_cannot_be_removed_yet_keeps_nobody()
    {
        var installed = MadeUpSpecs.Installed(_engine, cold: 9, memory: 0.001);
        _engine.Script.Add((made, token) => IsMemory(made) && made.Name is nameof(IEngine.StartContainerAsync)
            or nameof(IEngine.RemoveContainerAsync) ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask);
        var restorer = new CheckpointRestorer(_engine, new InstalledCheckpoints(_home)) { MemoryTimeout = TimeSpan.FromMilliseconds(50) };
        var copy = await restorer.RestoreAsync(
            MadeUpSpecs.Redis, installed, ContainerLabels.ForLease, new Progress<string>(), default);
        Assert.Equal(Rung.Cold, copy.Rung);
        Assert.Contains("stays until the engine lets go of it", copy.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_removal_that_fails_does_not_hide_why_it_was_needed()
    {
        var installed = MadeUpSpecs.Installed(_engine, cold: 9, memory: 1);
        _engine.Fail(nameof(IEngine.StartContainerAsync), "the first error", IsMemory);
        _engine.Fail(nameof(IEngine.RemoveContainerAsync), "the second error");
        var error = await Assert.ThrowsAsync<CrCacheException>(
            () => RestoreAsync(MadeUpSpecs.Redis with { Mode = Rung.Memory }, installed));
        Assert.Contains("the first error", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the second error", error.Message, StringComparison.Ordinal);
    }

    private static bool IsMemory(MadeUpCall call) => call.Container!.Environment.ContainsKey(CrCacheRuntime.RestoreVariable);

    private Task<RestoredContainer> RestoreAsync(CheckpointSpec spec, InstalledCheckpoint installed, MadeUpEngine? engine = null) =>
        new CheckpointRestorer(engine ?? _engine, new InstalledCheckpoints(_home)).RestoreAsync(
            spec, installed, ContainerLabels.ForLease, new Progress<string>(), default);
}
