using System.Diagnostics;
using System.Text.Json.Nodes;
using CrCache.Bench.Measuring;

namespace CrCache.Bench.Servers;

/// <summary>
/// A plain start of the same image with the preset's settings, by calls of the engine's API from this process: the engine's
/// own runtime and seccomp profile, no process of ours. What the preset tunes speeds both up, so that only restoring makes
/// the difference. Set-up files run as soon as the first query is answered, by the preset's own commands.
/// </summary>
internal sealed class ColdSide(Server server, Workspace workspace, SetupFiles? setup = null) : ISide
{
    public string Name => "cold";

    public string Label => "cold start";

    public Task PrepareAsync(CancellationToken cancellationToken) =>
        workspace.Engine.EnsureImageAsync(server.Preset.Image, cancellationToken);

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        var (engine, port) = (workspace.Engine, server.Preset.Port);
        var name = $"crcache-bench-{server.Name}-{Guid.NewGuid().ToString("N")[..8]}";
        await (setup?.ChangeAsync(cancellationToken) ?? Task.CompletedTask);
        var clock = Stopwatch.StartNew();
        var id = await engine.CreateAsync(name, Describe(server.Preset), cancellationToken);
        try
        {
            await engine.StartAsync(id, cancellationToken);
            var published = await engine.FindPortAsync(id, port, cancellationToken);
            await FirstQuery.WaitAsync(server, published, cancellationToken);
            if (setup is not null)
            {
                await setup.RunAsync(engine, id, cancellationToken);
                await FirstQuery.WaitForStateAsync(server, published, setup.State, cancellationToken);
            }

            return clock.Elapsed.TotalMilliseconds;
        }
        finally
        {
            await engine.RemoveAsync(id);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private JsonObject Describe(PresetFile preset)
    {
        var port = $"{preset.Port}/tcp";
        var container = workspace.Container(preset);
        container["ExposedPorts"] = new JsonObject { [port] = new JsonObject() };
        container["HostConfig"] = new JsonObject
        {
            ["PortBindings"] = Engine.OnLoopback(port),
        };
        return container;
    }
}
