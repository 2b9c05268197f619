using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Upkeep;

namespace CrCache.Core.Tests.Upkeep;

/// <summary>What goes with a checkpoint, and what does not go while it is needed.</summary>
public sealed class CheckpointRemoverTests : IDisposable
{
    private readonly MadeUpEngine _engine = new();
    private readonly string _home = Directory.CreateTempSubdirectory("crcache remover ").FullName;

    private InstalledCheckpoints Store => new(_home);

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task The_dump_the_images_and_the_record_go()
    {
        await RemoveAsync(Save());
        AssertGone();
    }

    [Fact]
    public async Task The_dump_goes_also_where_somebody_has_removed_its_image()
    {
        var installed = Save();
        await _engine.RemoveImageAsync(installed.Memory!.ImageName, default);
        await RemoveAsync(installed);
        AssertGone();
    }

    [Fact]
    public async Task Without_the_runtime_the_rest_goes()
    {
        using var engine = new MadeUpEngine { HasRuntime = false };
        var installed = MadeUpSpecs.Installed(engine, cold: 9, memory: 1, files: 2);
        Store.Save(installed);
        await new CheckpointRemover(engine, Store).RemoveAsync(installed, new Progress<string>(), default);
        Assert.Equal([MadeUpEngine.BaseImage], engine.Images);
        Assert.Empty(Store.List());
    }

    [Fact]
    public async Task A_dump_that_the_runtime_does_not_remove_is_an_error_and_stays_known()
    {
        var installed = Save();
        _engine.Fail(nameof(IEngine.StartContainerAsync), "read-only file system");
        var error = await Assert.ThrowsAsync<CrCacheException>(() => RemoveAsync(installed));
        Assert.Contains("read-only", error.Message, StringComparison.Ordinal);
        Assert.Single(Store.List());
        Assert.Contains(installed.Memory!.ImageName, _engine.Images);
    }

    [Fact]
    public async Task While_a_container_uses_it_nothing_goes()
    {
        var installed = Save();
        _engine.AddContainer(User(installed));
        var error = await Assert.ThrowsAsync<CrCacheException>(() => RemoveAsync(installed));
        Assert.Equal(ErrorCodes.CheckpointInUse, error.Code);
        Assert.Contains("crcache-user", error.Message, StringComparison.Ordinal);
        Assert.Single(Store.List());
        Assert.NotEmpty(_engine.Dumps);
        Assert.DoesNotContain(_engine.Calls, call => call.Name == nameof(IEngine.RemoveImageAsync));
    }

    [Fact]
    public async Task A_container_that_goes_soon_is_waited_for()
    {
        var installed = Save();
        var user = _engine.AddContainer(User(installed));
        var looks = 0;
        _engine.Script.Add(async (call, cancellationToken) =>
        {
            if (call.Name == nameof(IEngine.ListContainersOfAsync) && ++looks == 3)
            {
                await _engine.RemoveContainerAsync(user.Id, cancellationToken);
            }
        });
        await RemoveAsync(installed, patience: TimeSpan.FromMinutes(10));
        Assert.Equal(4, looks); // the last time for both images
        AssertGone();
    }

    private static ContainerDefinition User(InstalledCheckpoint installed) => new()
    {
        Name = "crcache-user",
        Image = installed.Memory!.ImageName,
        Labels = ContainerLabels.Of(ContainerLabels.ForLease, "redis"),
    };

    private void AssertGone()
    {
        Assert.Empty(_engine.Dumps);
        Assert.Empty(_engine.Containers);
        Assert.Equal([MadeUpEngine.BaseImage], _engine.Images);
        Assert.Empty(Store.List());
    }

    private InstalledCheckpoint Save()
    {
        var installed = MadeUpSpecs.Installed(_engine, cold: 9, memory: 1, files: 2);
        Store.Save(installed);
        return installed;
    }

    private Task RemoveAsync(InstalledCheckpoint installed, TimeSpan patience = default) =>
        new CheckpointRemover(_engine, Store) { Patience = patience }.RemoveAsync(installed, new Progress<string>(), default);
}
