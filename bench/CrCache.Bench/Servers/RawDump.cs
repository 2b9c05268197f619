using System.Diagnostics;
using System.Formats.Tar;
using System.Text.Json.Nodes;
using CrCache.Runtimes;

namespace CrCache.Bench.Servers;

/// <summary>A container of a preset, dumped as <c>crcache</c> has it dumped, and the dump left as CRIU wrote it.</summary>
internal sealed class RawDump : IAsyncDisposable
{
    private const int DumpSignal = 39; // src/CrCache.Runtime/crcache-runc
    private const string MountPoint = "/dumps";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);
    private readonly Server _server;
    private readonly Workspace _workspace;
    private readonly string _key;

    private RawDump(Server server, Workspace workspace, string container) => (_server, _workspace, _key) = (server, workspace, container);

    private Engine Engine => _workspace.Engine;

    /// <summary>Starts the container, waits until it is ready, dumps it.</summary>
    public static async Task<RawDump> MakeAsync(Server server, Workspace workspace, CancellationToken cancellationToken)
    {
        var (engine, preset) = (workspace.Engine, server.Preset);
        await engine.EnsureImageAsync(preset.Image, cancellationToken);
        var container = workspace.Container(preset);
        container["HostConfig"] = HostConfig();
        var dump = new RawDump(server, workspace, await engine.CreateAsync(NewName(), container, cancellationToken));
        try
        {
            await engine.StartAsync(dump._key, cancellationToken);
            for (var clock = Stopwatch.StartNew(); await engine.ExecAsync(dump._key, preset.Ready.Exec!, cancellationToken) != 0;)
            {
                if (clock.Elapsed > Longest)
                {
                    throw new TimeoutException($"{server.Name}: not ready in {Longest.TotalMinutes:0} minutes");
                }

                await Task.Delay(30, cancellationToken);
            }

            await engine.SignalAsync(dump._key, DumpSignal, cancellationToken);
            await engine.WaitAsync(dump._key, cancellationToken);
            return dump;
        }
        catch
        {
            await dump.DisposeAsync();
            throw;
        }
    }

    /// <summary>The bytes of all its files.</summary>
    public async Task<long> MeasureAsync(CancellationToken cancellationToken)
    {
        var reader = _workspace.Container(_server.Preset.Image);
        reader["HostConfig"] = new JsonObject { ["Binds"] = new JsonArray($"/var/lib/crcache/dumps:{MountPoint}:ro") };
        var id = await Engine.CreateAsync(NewName(), reader, cancellationToken);
        try
        {
            await using var tar = new TarReader(await Engine.ReadFilesAsync(id, $"{MountPoint}/{_key}", cancellationToken));
            var bytes = 0L;
            while (await tar.GetNextEntryAsync(cancellationToken: cancellationToken) is { } file)
            {
                bytes += file.Length;
            }

            return bytes;
        }
        finally
        {
            await Engine.RemoveAsync(id);
        }
    }

    /// <summary>Restores a copy of it, hands over its port and its id, and removes it.</summary>
    public async Task<T> RestoreAsync<T>(Func<int, string, Task<T>> use, CancellationToken cancellationToken)
    {
        var image = await Engine.CommitAsync(_key, cancellationToken);
        try
        {
            var port = $"{_server.Preset.Port}/tcp";
            var copy = _workspace.Container(image);
            copy["Hostname"] = _server.Preset.Hostname;
            copy["Env"] = new JsonArray($"CRCACHE_RESTORE={_key}");
            copy["ExposedPorts"] = new JsonObject { [port] = new JsonObject() };
            copy["HostConfig"] = HostConfig();
            copy["HostConfig"]!["NetworkMode"] = "default";
            copy["HostConfig"]!["PortBindings"] = Engine.OnLoopback(port);
            var id = await Engine.CreateAsync(NewName(), copy, cancellationToken);
            try
            {
                await Engine.StartAsync(id, cancellationToken);
                return await use(await Engine.FindPortAsync(id, _server.Preset.Port, cancellationToken), id);
            }
            finally
            {
                await Engine.RemoveAsync(id);
            }
        }
        finally
        {
            await Engine.RemoveImageAsync(image);
        }
    }

    /// <summary>Removes the dump and its container.</summary>
    public async ValueTask DisposeAsync()
    {
        await Engine.RemoveAsync(_key);

        // The runtime takes a container that never comes to be as the order to delete a dump, and says yes by failing.
        var order = _workspace.Container(_server.Preset.Image);
        order["Cmd"] = new JsonArray("never-started");
        order["Env"] = new JsonArray($"CRCACHE_REMOVE={_key}");
        order["HostConfig"] = HostConfig();
        order["HostConfig"]!["Binds"] = new JsonArray($"/var/lib/crcache/dumps:{MountPoint}:ro");
        var id = await Engine.CreateAsync(NewName(), order, CancellationToken.None);
        try
        {
            await Engine.StartAsync(id, CancellationToken.None);
        }
        catch (InvalidOperationException e) when (e.Message.Contains($"removed {_key}", StringComparison.Ordinal))
        {
        }
        finally
        {
            await Engine.RemoveAsync(id);
        }
    }

    private static string NewName() => $"crcache-bench-{Guid.NewGuid():N}";

    private static JsonObject HostConfig() => new()
    {
        ["Runtime"] = "crcache",
        ["NetworkMode"] = "none",
        ["SecurityOpt"] = new JsonArray($"seccomp={SeccompProfile.WithoutIoUring}"),
    };
}
