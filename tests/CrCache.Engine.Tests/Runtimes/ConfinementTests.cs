using System.Text.Json.Nodes;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Runtimes;

namespace CrCache.Engine.Tests.Runtimes;

/// <summary>A restored container has at most what its own configuration gives, whoever made the dump.</summary>
[Collection(EngineTests.Name)]
public sealed class ConfinementTests(EngineFixture fixture) : IAsyncLifetime, IDisposable
{
    private static readonly Dictionary<string, string> s_labels = ContainerLabels.Of(ContainerLabels.ForTrial, "test");
    private readonly IEngine _engine = fixture.Engine;
    private readonly EngineCalls _calls = new(fixture.Engine.Endpoint);
    private readonly List<string> _containers = [];
    private string _dump = "";
    private string _image = "";

    public async Task InitializeAsync()
    {
        if (Needs.WhyNot(Need.ContainerProcesses) is not null)
        {
            return;
        }

        _dump = await StartAsync("redis:8", new JsonObject
        {
            ["CapAdd"] = new JsonArray("ALL"),
            ["SecurityOpt"] = new JsonArray("seccomp=unconfined"),
        });
        await _engine.ExecAsync(_dump, ["sh", "-c", "until redis-cli ping; do sleep 0.05; done"], TimeSpan.FromSeconds(20), default);
        await CrCacheRuntime.DumpAsync(_engine, _dump, default);
        _image = await _engine.CommitAsync(_dump, "crcache/test", _dump, s_labels, default);
    }

    public async Task DisposeAsync()
    {
        foreach (var container in _containers)
        {
            await _engine.RemoveContainerAsync(container, default);
        }

        if (_dump.Length > 0)
        {
            await CrCacheRuntime.RemoveDumpAsync(_engine, "redis:8", _dump, s_labels, default);
            await _engine.RemoveImageAsync(_image, default);
        }
    }

    public void Dispose() => _calls.Dispose();

    [Requires(Need.ContainerProcesses)]
    public async Task A_dump_with_all_privileges_gives_none_to_a_container_without()
    {
        var id = await StartAsync(_image, Confined(), $"CRCACHE_RESTORE={_dump}");
        var status = await File.ReadAllLinesAsync($"/proc/{await ProcessAsync(id)}/status");
        foreach (var set in new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" })
        {
            Assert.Contains($"{set}:\t0000000000000000", status);
        }

        Assert.Contains("NoNewPrivs:\t1", status);
        Assert.Contains("Seccomp:\t2", status);
        Assert.Contains("started instead of restored", await _engine.GetLogAsync(id, 50, default), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "CRCACHE_", await File.ReadAllTextAsync($"/proc/{await ProcessAsync(id)}/environ"), StringComparison.Ordinal);
    }

    [Requires(Need.ContainerProcesses)]
    public async Task Where_it_is_that_or_nothing_it_is_an_error_that_says_why()
    {
        var error = await Assert.ThrowsAsync<CrCacheException>(() =>
            StartAsync(_image, Confined(), $"CRCACHE_RESTORE={_dump}", "CRCACHE_RESTORE_ONLY=1"));
        Assert.Contains("more than this container may have: a process has the capability", error.Message, StringComparison.Ordinal);
    }

    [Requires(Need.ContainerProcesses)]
    public async Task Who_has_as_much_gets_the_dump()
    {
        var all = new JsonObject { ["CapAdd"] = new JsonArray("ALL"), ["SecurityOpt"] = new JsonArray("seccomp=unconfined") };
        var id = await StartAsync(_image, all, $"CRCACHE_RESTORE={_dump}", "CRCACHE_RESTORE_ONLY=1");
        Assert.Equal("", await _engine.GetLogAsync(id, 50, default));
        Assert.Equal(0, (await _engine.ExecAsync(id, ["redis-cli", "ping"], TimeSpan.FromSeconds(20), default)).ExitCode);
    }

    private static JsonObject Confined() => new()
    {
        ["CapDrop"] = new JsonArray("ALL"),
        ["SecurityOpt"] = new JsonArray("no-new-privileges"),
    };

    private async Task<int> ProcessAsync(string id) => (int)(await _calls.GetAsync($"containers/{id}/json"))["State"]!["Pid"]!;

    private async Task<string> StartAsync(string image, JsonObject host, params string[] environment)
    {
        host["Runtime"] = CrCacheRuntime.Name;
        host["NetworkMode"] = "none";
        var id = await _calls.CreateContainerAsync(new JsonObject
        {
            ["Image"] = image,
            ["Hostname"] = "confined",
            ["Entrypoint"] = new JsonArray("redis-server"), // the image's own becomes another user, which takes privileges
            ["Cmd"] = new JsonArray("--protected-mode", "no"),
            ["Env"] = new JsonArray([.. environment.Select(variable => (JsonNode)variable)]),
            ["Labels"] = new JsonObject(s_labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
            ["HostConfig"] = host,
        });
        _containers.Add(id);
        await _engine.StartContainerAsync(id, default);
        return id;
    }
}
