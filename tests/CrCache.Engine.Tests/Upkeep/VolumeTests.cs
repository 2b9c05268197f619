using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Specs;

namespace CrCache.Engine.Tests.Upkeep;

/// <summary>Volumes that an image declares carry whose container has them, and go also where the engine has forgotten that.</summary>
[Collection(EngineTests.Name)]
public sealed class VolumeTests(EngineFixture fixture) : IDisposable
{
    private static readonly OwnerTag s_ended = OwnerTag.Current with { Started = "1" };
    private readonly EngineCalls _calls = new(fixture.Engine.Endpoint);

    public void Dispose() => _calls.Dispose();

    [Requires(Need.Engine)]
    public async Task The_next_command_removes_those_of_an_ended_process_and_no_others()
    {
        await using var store = new TestStore(fixture.Engine);
        var (left, living) = (await ForgetAsync(s_ended), await ForgetAsync(OwnerTag.Current));
        try
        {
            Assert.Superset(new HashSet<string> { left, living }, await ListAsync());
            using var next = await Tool.RunAsync(store.Environment, "remove", "--all");
            Assert.True(next.ExitCode == 0, next.Error);
            var there = await ListAsync();
            Assert.DoesNotContain(left, there);
            Assert.Contains(living, there);
        }
        finally
        {
            await fixture.Engine.RemoveVolumeAsync(living, default);
        }
    }

    [Requires(Need.Engine)]
    public async Task A_copys_volume_has_what_its_image_has_there_and_goes_with_it()
    {
        await using var store = new TestStore(fixture.Engine);
        var spec = await fixture.RedisAsync(Rung.Auto, ("TEST", "volume"));
        Assert.Equal(["/data"], spec.Volumes);
        string volume;
        await using (var copy = await store.RestoreAsync(spec))
        {
            volume = await VolumeOfAsync(copy.Id);
            Assert.Equal("redis", await copy.ShellAsync("stat -c %U /data"));
        }

        Assert.DoesNotContain(volume, await ListAsync());
    }

    // Its container is removed without it, as an engine does that was started anew meanwhile.
    private async Task<string> ForgetAsync(OwnerTag owner)
    {
        var labels = ContainerLabels.Of(ContainerLabels.ForTrial, "test");
        labels[ContainerLabels.Owner] = owner.ToString();
        var id = await fixture.Engine.CreateContainerAsync(
            new ContainerDefinition
            {
                Name = $"crcache-test-{Guid.NewGuid():N}",
                Image = "redis:8",
                Labels = labels,
                Volumes = ["/data"],
            },
            default);
        var volume = await VolumeOfAsync(id);
        await _calls.DeleteAsync($"containers/{id}");
        return volume;
    }

    private async Task<string> VolumeOfAsync(string container) =>
        (string)Assert.Single((await _calls.GetAsync($"containers/{container}/json"))["Mounts"]!.AsArray())!["Name"]!;

    private async Task<HashSet<string>> ListAsync() =>
        [.. (await _calls.GetAsync("volumes"))["Volumes"]?.AsArray().Select(volume => (string)volume!["Name"]!) ?? []];
}
