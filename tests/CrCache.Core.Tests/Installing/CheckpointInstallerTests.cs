using CrCache.Archives;
using CrCache.Core.Tests.Archives;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Installing;
using CrCache.Restoring;
using CrCache.Runtimes;
using CrCache.Specs;

namespace CrCache.Core.Tests.Installing;

/// <summary>Which rungs an archive is tried in on an engine, and what stays where one fails.</summary>
public sealed class CheckpointInstallerTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("crcache installer ").FullName;
    private readonly MadeUpArchive _archive = new();
    private CheckpointSpec _spec = MadeUpSpecs.Redis;

    public void Dispose()
    {
        _archive.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task One_that_was_just_made_is_tried_in_all()
    {
        using var engine = new MadeUpEngine();
        var installed = await InstallAsync(engine, Record());
        Assert.NotNull(installed.Memory);
        Assert.NotNull(installed.Files);
        Assert.Equal([installed.Memory.Dump], engine.Dumps);
        Assert.Contains(engine.Calls, call => IsHandOver(call, installed.Files.ImageName));
        AssertHas(engine, installed.Memory.ImageName, installed.Files.ImageName);
        Assert.Equal(installed.Key, Assert.Single(new InstalledCheckpoints(_home).List()).Key);
    }

    [Theory]
    [InlineData(1.0, 2.0, Rung.Auto, false)]
    [InlineData(2.0, 1.0, Rung.Auto, true)]
    [InlineData(1.0, 2.0, Rung.Files, true)]
    public async Task Of_one_from_elsewhere_the_files_are_tried_where_they_can_win(double memory, double files, Rung mode, bool tried)
    {
        using var engine = new MadeUpEngine();
        var installed = await InstallAsync(engine, Record() with { MemorySeconds = memory, FilesSeconds = files }, mode);
        Assert.NotNull(installed.Memory);
        Assert.Equal(tried, installed.Files is not null);
    }

    [Fact]
    public async Task Without_the_runtime_the_files_serve_though_the_memory_was_faster_elsewhere()
    {
        using var engine = new MadeUpEngine { HasRuntime = false };
        var installed = await InstallAsync(engine, Record() with { MemorySeconds = 1, FilesSeconds = 2 });
        Assert.Null(installed.Memory);
        Assert.NotNull(installed.Files);
        Assert.StartsWith($"{ErrorCodes.RuntimeNotRegistered}: ", installed.WhyNoMemory, StringComparison.Ordinal);
        Assert.Empty(engine.Dumps);
        AssertHas(engine, installed.Files.ImageName);
    }

    [Fact]
    public async Task Memory_that_cannot_be_restored_here_goes_and_the_files_serve()
    {
        using var engine = new MadeUpEngine();
        engine.Fail(nameof(IEngine.StartContainerAsync), "crcache-runc: another processor", IsRestore);
        var installed = await InstallAsync(engine, Record() with { MemorySeconds = 1, FilesSeconds = 2 });
        Assert.Null(installed.Memory);
        Assert.NotNull(installed.Files);
        Assert.StartsWith($"{ErrorCodes.RestoreFailed}: ", installed.WhyNoMemory, StringComparison.Ordinal);
        Assert.Empty(engine.Dumps);
        AssertHas(engine, installed.Files.ImageName);
    }

    [Fact]
    public async Task Memory_that_has_more_than_the_container_never_reaches_the_engine()
    {
        using var engine = new MadeUpEngine();
        _archive.Write("checkpoint/userns-10.img", []);
        var installed = await InstallAsync(engine, Record() with { MemorySeconds = 1, FilesSeconds = 2 });
        Assert.Null(installed.Memory);
        Assert.NotNull(installed.Files);
        Assert.StartsWith($"{ErrorCodes.MemoryRefused}: ", installed.WhyNoMemory, StringComparison.Ordinal);
        Assert.DoesNotContain(engine.Calls, call => IsHandOver(call, installed.Files.ImageName));
        Assert.Empty(engine.Dumps);
        AssertHas(engine, installed.Files.ImageName);

        var error = await Assert.ThrowsAsync<CrCacheException>(() => InstallAsync(engine, Record(), Rung.Memory));
        Assert.Equal(ErrorCodes.MemoryRefused, error.Code);
        Assert.Empty(engine.Dumps);
    }

    [Fact]
    public async Task Files_that_do_not_start_here_go_and_the_memory_serves()
    {
        using var engine = new MadeUpEngine();
        engine.Fail(
            nameof(IEngine.StartContainerAsync),
            "exec format error",
            call => call.Container!.Image.EndsWith("-files", StringComparison.Ordinal));
        var installed = await InstallAsync(engine, Record());
        Assert.NotNull(installed.Memory);
        Assert.Null(installed.Files);
        Assert.StartsWith($"{ErrorCodes.RestoreFailed}: ", installed.WhyNoFiles, StringComparison.Ordinal);
        AssertHas(engine, installed.Memory.ImageName);
    }

    [Fact]
    public async Task Where_the_pinned_one_fails_it_is_an_error_and_nothing_stays()
    {
        using var engine = new MadeUpEngine();
        engine.Fail(nameof(IEngine.StartContainerAsync), "crcache-runc: another processor", IsRestore);
        var error = await Assert.ThrowsAsync<CrCacheException>(() => InstallAsync(engine, Record(), Rung.Memory));
        Assert.Equal(ErrorCodes.RestoreFailed, error.Code);
        Assert.Empty(engine.Dumps);
        AssertHas(engine);
        Assert.Empty(new InstalledCheckpoints(_home).List());
    }

    [Fact]
    public async Task What_cannot_be_discarded_does_not_hide_the_error()
    {
        using var engine = new MadeUpEngine();
        engine.Fail(nameof(IEngine.AddLayersAsync), "no space left on device");
        engine.Fail(nameof(IEngine.RemoveImageAsync), "the image is in use");
        engine.Fail(nameof(IEngine.RemoveContainerAsync), "the container is busy");
        var error = await Assert.ThrowsAsync<CrCacheException>(() => InstallAsync(engine, Record()));
        Assert.Contains("no space left on device", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_holds_neither_is_noted_and_the_engine_left_alone()
    {
        using var engine = new MadeUpEngine();
        var installed = await InstallAsync(
            engine, Record() with { Memory = null, Files = null, WhyNoFiles = "CRC3009: it would not stop" });
        Assert.Equal("CRC3009: it would not stop", installed.WhyNoFiles);
        Assert.DoesNotContain(engine.Calls, call => call.Name == nameof(IEngine.CreateContainerAsync));
        Assert.Single(new InstalledCheckpoints(_home).List());
    }

    [Theory]
    [InlineData("same", true, null)]
    [InlineData("other", false, "says \"other\", which")]
    [InlineData("password=1234", false, "says \"(hash ")]
    [InlineData("", false, "says")]
    public async Task A_rung_on_which_something_else_is_said_does_not_serve(string says, bool serves, string? why)
    {
        using var engine = Saying(says);
        var installed = await InstallAsync(engine, await VerifiedAsync("same"));
        Assert.Equal(serves, installed.Memory is not null);
        Assert.Equal(serves, installed.Files is not null);
        foreach (var reason in new[] { installed.WhyNoMemory, installed.WhyNoFiles })
        {
            Assert.True(reason is null == why is null, reason);
            Assert.StartsWith(why is null ? "" : $"{ErrorCodes.StateDiffers}: redis: after a", reason ?? "", StringComparison.Ordinal);
            Assert.Contains(why ?? "", reason ?? "", StringComparison.Ordinal);
        }

        AssertHas(engine, serves ? [installed.Memory!.ImageName, installed.Files!.ImageName] : []);
        Assert.Equal(serves ? 1 : 0, engine.Dumps.Count());
    }

    [Theory]
    [InlineData(Rung.Memory)]
    [InlineData(Rung.Files)]
    public async Task Where_something_else_is_said_on_the_pinned_one_it_is_an_error_and_nothing_stays(Rung mode)
    {
        using var engine = Saying("other");
        var record = await VerifiedAsync("same");
        var error = await Assert.ThrowsAsync<CrCacheException>(() => InstallAsync(engine, record, mode));
        Assert.Equal(ErrorCodes.StateDiffers, error.Code);
        Assert.Empty(engine.Dumps);
        AssertHas(engine);
    }

    [Fact]
    public async Task Files_that_may_lack_something_are_not_tried_unless_they_are_asked_for()
    {
        using var engine = new MadeUpEngine();
        _spec = _spec with { MayLose = "nobody knows" };
        var installed = await InstallAsync(engine, Record());
        Assert.Null(installed.Files);
        Assert.StartsWith($"{ErrorCodes.FilesMayLose}: redis ", installed.WhyNoFiles, StringComparison.Ordinal);
        Assert.Contains("nobody knows", installed.WhyNoFiles, StringComparison.Ordinal);
        Assert.NotNull((await InstallAsync(engine, Record(), Rung.Files)).Files);
    }

    private static MadeUpEngine Saying(string output) => new()
    {
        OnCommand = command => command[0] == "what" ? new ExecResult(0, output) : null,
    };

    private async Task<ArchiveRecord> VerifiedAsync(string output)
    {
        _spec = _spec with { Verify = new VerifyCommand(["what"], IsOwn: false) };
        using var engine = Saying(output);
        return Record() with { Verified = await new StateVerifier(engine, _spec).ReadAsync("any", default) };
    }

    // The container that a dump goes through names the images.
    private static bool IsHandOver(MadeUpCall call, string image) =>
        call.Name == nameof(IEngine.WriteArchiveAsync) && image.Contains(call.Subject, StringComparison.Ordinal);

    private static bool IsRestore(MadeUpCall call) => call.Container!.Environment.ContainsKey(CrCacheRuntime.RestoreVariable);

    private static ArchiveRecord Record() => MadeUpArchive.Record with { Key = MadeUpSpecs.Key, Spec = MadeUpSpecs.Redis };

    // No containers, and these images besides the one that was there.
    private static void AssertHas(MadeUpEngine engine, params string[] images)
    {
        Assert.Empty(engine.Containers);
        Assert.Equal(images.Append(MadeUpEngine.BaseImage).Order(StringComparer.Ordinal), engine.Images.Order(StringComparer.Ordinal));
    }

    private async Task<InstalledCheckpoint> InstallAsync(MadeUpEngine engine, ArchiveRecord record, Rung mode = Rung.Auto)
    {
        using var area = new WorkArea(Directory.CreateDirectory(Path.Combine(_home, "work")).FullName);
        Directory.Delete(area.Archive, recursive: true);
        Directory.CreateSymbolicLink(area.Archive, _archive.Content);
        var store = new InstalledCheckpoints(_home);
        var job = new CheckpointJob
        {
            Spec = _spec with { Mode = mode },
            Store = "store",
            Key = MadeUpSpecs.Key,
            Engine = await engine.GetInfoAsync(default),
            Area = area,
            Progress = new Progress<string>(),
        };
        return await new CheckpointInstaller(engine, store, new CheckpointRestorer(engine, store), job)
            .InstallAsync(record, new ArchiveProvenance(), default);
    }
}
