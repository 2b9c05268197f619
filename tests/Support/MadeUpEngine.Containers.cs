using System.Formats.Tar;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Runtimes;

namespace CrCache.Tests;

/// <summary>Its containers.</summary>
internal sealed partial class MadeUpEngine
{
    private const int DumpSignal = 39;

    public async Task<string> CreateContainerAsync(ContainerDefinition definition, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(CreateContainerAsync), definition.Name, cancellationToken, definition);
        return definition.Runtime == CrCacheRuntime.Name && !HasRuntime
            ? throw new CrCacheException(ErrorCodes.EngineCallFailed, "unknown or invalid runtime name: crcache")
            : _images.ContainsKey(definition.Image) ? AddContainer(definition).Id : throw new ImageMissingException(definition.Image);
    }

    public async Task StartContainerAsync(string id, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(StartContainerAsync), id, cancellationToken);
        var container = _containers[id];
        if (container.Definition.Runtime == CrCacheRuntime.Name && WhatTheRuntimeSays(container.Definition) is { } words)
        {
            throw new CrCacheException(ErrorCodes.EngineCallFailed, $"crcache-runc: {words}");
        }

        container.Running = true;
    }

    public async Task SignalContainerAsync(string id, int signal, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(SignalContainerAsync), id, cancellationToken);
        if (signal == DumpSignal)
        {
            AddDump(HasCriu ? id : throw new CrCacheException(ErrorCodes.EngineCallFailed, "crcache-runc: CRIU is not installed"));
        }

        End(id, signal == DumpSignal ? 0 : 128 + signal);
    }

    public async Task StopContainerAsync(string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(StopContainerAsync), id, cancellationToken);
        End(id, StopExitCode);
    }

    public async Task<int> WaitForExitAsync(string id, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(WaitForExitAsync), id, cancellationToken);
        return _containers[id].ExitCode;
    }

    public async Task<ContainerState?> FindContainerAsync(string id, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(FindContainerAsync), id, cancellationToken);
        return _containers.GetValueOrDefault(id) is { } container
            ? new ContainerState(
                container.Running, container.ExitCode, container.Definition.PublishedPorts.ToDictionary(port => port, _ => PublishedPort))
            {
                HasNetwork = container.Definition.Network,
            }
            : null;
    }

    public async Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(string label, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(ListContainersAsync), label, cancellationToken);
        return [.. _containers.Values.Where(container => container.Definition.Labels.ContainsKey(label)).Select(Summary)];
    }

    public async Task<IReadOnlyList<ContainerSummary>> ListContainersOfAsync(string image, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(ListContainersOfAsync), image, cancellationToken);
        return [.. _containers.Values.Where(container => container.Definition.Image == image).Select(Summary)];
    }

    public async Task RemoveContainerAsync(string id, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(RemoveContainerAsync), id, cancellationToken);
        _containers.TryRemove(id, out _);
    }

    public async Task<string> GetLogAsync(string id, int lines, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(GetLogAsync), id, cancellationToken);
        return _containers.ContainsKey(id)
            ? OnLog()
            : throw new CrCacheException(ErrorCodes.EngineCallFailed, $"No such container: {id}");
    }

    public async Task FollowLogAsync(string id, Action<string, bool> line, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(FollowLogAsync), id, cancellationToken);
        await OnFollow(line, cancellationToken);
    }

    public Task DisconnectContainerAsync(string id, CancellationToken cancellationToken) =>
        CallAsync(nameof(DisconnectContainerAsync), id, cancellationToken);

    public async Task<ExecResult> ExecAsync(string id, ContainerCommand command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(ExecAsync), id, cancellationToken);
        Commands.Enqueue(command);
        return OnCommand(command.Words) ?? await OnExec(timeout, cancellationToken);
    }

    /// <summary>A directory with a dump in it.</summary>
    public async Task<Stream> ReadArchiveAsync(string id, string path, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(ReadArchiveAsync), id, cancellationToken);
        var tar = new MemoryStream();
        var name = path.Split('/')[^1];
        await using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, $"{name}/"));
            foreach (var (image, content) in SmallDump.Images)
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"{name}/{image}") { DataStream = new MemoryStream(content) });
            }
        }

        tar.Position = 0;
        return tar;
    }

    public async Task WriteArchiveAsync(string id, string directory, Stream tar, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(WriteArchiveAsync), id, cancellationToken);
        var reader = new TarReader(tar, leaveOpen: true);
        while (directory == DumpTransfer.MountPoint && await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            AddDump(entry.Name.Split('/')[0]);
        }

        await reader.DisposeAsync();
        await (OnWrite?.Invoke(directory, tar) ?? tar.CopyToAsync(Stream.Null, cancellationToken));
        _containers[id].Written.Add(directory);
    }

    // Null where it just starts the container.
    private string? WhatTheRuntimeSays(ContainerDefinition definition)
    {
        var environment = definition.Environment;
        var aboutDumps = environment.Keys.Any(name => name is "CRCACHE_REMOVE" or "CRCACHE_LIST");
        var hasThem = definition.Mounts?.Values.Contains(CrCacheRuntime.Dumps) == true;
        return aboutDumps && !hasThem ? "dumps … only for …"
            : environment.TryGetValue("CRCACHE_REMOVE", out var removed)
                ? (_dumps.TryRemove(removed, out _), Words: $"removed {removed}").Words
            : environment.TryGetValue("CRCACHE_LIST", out var after) ? ListAfter(after)
            : environment.ContainsKey("CRCACHE_VERSIONS") ? $"versions criu={(HasCriu ? "4.2" : "none")} runc=1.3.6"
            : environment.TryGetValue(CrCacheRuntime.RestoreVariable, out var dump) && !_dumps.ContainsKey(dump.Split('.')[0])
                ? $"there is no dump {dump}"
            : null;
    }

    // Two at a time, so that who asks has to ask again.
    private string? ListAfter(string key)
    {
        var rest = _dumps.Keys.Where(dump => string.CompareOrdinal(dump, key) > 0).Order(StringComparer.Ordinal).ToArray();
        return CanList
            ? $"dumps{string.Concat(rest.Take(2).Select(dump => $" {dump}:{DumpBytes}"))} {(rest.Length > 2 ? "more" : "end")}: unknown"
            : null;
    }

    private static ContainerSummary Summary(MadeUpContainer container) => new(
        container.Id, container.Definition.Name, container.Definition.Image, container.Created, container.Definition.Labels);

    private void End(string id, int exitCode) => (_containers[id].Running, _containers[id].ExitCode) = (false, exitCode);
}
