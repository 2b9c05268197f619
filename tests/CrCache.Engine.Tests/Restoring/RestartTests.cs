using System.Diagnostics;
using System.Text.Json.Nodes;
using CrCache.Readiness;
using CrCache.Specs;

namespace CrCache.Engine.Tests.Restoring;

/// <summary>A copy that is started again, whoever does that and why, has what was written to it.</summary>
[Collection(EngineTests.Name)]
public sealed class RestartTests(EngineFixture fixture) : IDisposable
{
    private const string MySql = "mysql -h127.0.0.1 -uroot -pcrcache -N -B test -e";
    private const string Postgres = "psql -h127.0.0.1 -Upostgres -At test -c";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly EngineCalls _calls = new(fixture.Engine.Endpoint);

    public void Dispose() => _calls.Dispose();

    [Requires(Need.Engine)]
    [InlineData("mysql", MySql + " 'create table t (i int); insert into t values (42)'", MySql + " 'select i from t'")]
    [InlineData("redis", "redis-cli set t 42", "redis-cli get t")]
    public Task What_was_written_to_a_copy_from_memory_is_there_after_a_restart(string preset, string write, string read) =>
        TryAsync(preset, Rung.Memory, write, read, RestartAsync, StopAndStartAsync);

    [Requires(Need.ContainerProcesses)]
    [InlineData(Rung.Memory)]
    [InlineData(Rung.Files)]
    [InlineData(Rung.Cold)]
    public Task So_it_is_on_each_rung_and_after_a_crash(Rung rung) =>
        TryAsync(
            "postgres",
            rung,
            Postgres + " 'create table t as select 42' -c checkpoint",
            Postgres + " 'select * from t'",
            RestartAsync,
            StopAndStartAsync,
            CrashAsync);

    private async Task TryAsync(string preset, Rung rung, string write, string read, params Func<string, Task>[] again)
    {
        var spec = await new SpecResolver(fixture.Engine).ResolveAsync(
            new CheckpointItem
            {
                Name = preset,
                Metadata = new Dictionary<string, string> { ["Mode"] = rung.ToString(), ["Environment"] = $"TEST=restart{rung}" },
            },
            new Progress<string>(),
            default);
        await using var store = new TestStore(fixture.Engine);
        await using var copy = await store.RestoreAsync(spec);
        Assert.Equal(rung, copy.Rung);
        await copy.ShellAsync("export PGPASSWORD=crcache; " + write);
        foreach (var way in again)
        {
            await way(copy.Id);
            await new ReadyWaiter(fixture.Engine).WaitAsync(copy.Id, spec, default);
            Assert.Contains("42", await copy.ShellAsync("export PGPASSWORD=crcache; " + read), StringComparison.Ordinal);
        }
    }

    private Task RestartAsync(string id) => _calls.PostAsync($"containers/{id}/restart?t=30");

    private async Task StopAndStartAsync(string id)
    {
        await fixture.Engine.StopContainerAsync(id, Limit, default);
        await fixture.Engine.StartContainerAsync(id, default);
    }

    // Not by the engine: it would take that for the wish that the container ends.
    private async Task CrashAsync(string id)
    {
        await _calls.PostAsync(
            $"containers/{id}/update", new JsonObject { ["RestartPolicy"] = new JsonObject { ["Name"] = "always" } });
        using (var server = Process.GetProcessById((int)(await _calls.GetAsync($"containers/{id}/json"))["State"]!["Pid"]!))
        {
            server.Kill();
            await server.WaitForExitAsync();
        }

        await Eventually.FindAsync(
            Limit,
            async () => await _calls.GetAsync($"containers/{id}/json") is var container
                && (bool)container["State"]!["Running"]! && (int)container["RestartCount"]! > 0 ? container : null,
            () => "it does not come back");
    }
}
