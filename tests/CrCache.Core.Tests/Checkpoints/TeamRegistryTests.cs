using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Registries;

namespace CrCache.Core.Tests.Checkpoints;

/// <summary>A registry that does not answer.</summary>
public sealed class TeamRegistryTests
{
    private const int Items = 8;
    private readonly string _path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
    private readonly List<string> _warnings = [];

    [Fact]
    public async Task It_costs_its_two_seconds_once_and_one_warning_for_all_items()
    {
        using var silent = new SilentServer();
        using var time = new OwnTime();
        var shared = new TeamRegistry(RegistryReference.Parse($"{silent.Host}/a"), push: true, (_, warning) =>
        {
            lock (_warnings)
            {
                _warnings.Add(warning.Code);
            }
        });
        var answers = await Task.WhenAll(Enumerable.Range(0, Items).Select(_ => PullAsync(shared)));
        Assert.DoesNotContain(true, answers);
        Assert.InRange(time.Elapsed.TotalSeconds, 0, 3.5);
        Assert.Equal([ErrorCodes.RegistryUnreachable], _warnings);

        // All of them have asked, at the same time; nobody does any more.
        var asked = silent.Connections;
        Assert.InRange(asked, Items, int.MaxValue);
        Assert.False(await PullAsync(shared));
        Assert.Equal(asked, silent.Connections);
        Assert.Single(_warnings);
    }

    private Task<bool> PullAsync(TeamRegistry shared) =>
        shared.TryPullAsync("redis", new string('a', 64), _path, new Progress<string>(), default);
}
