using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace CrCache.Engines.Docker;

internal sealed partial class DockerEngine
{
    private const string Bridge = "bridge";

    public Task<string> CreateContainerAsync(ContainerDefinition definition, CancellationToken cancellationToken) =>
        CallAsync(async () =>
        {
            try
            {
                var created = await _api.PostAsync(
                    $"/containers/create?name={Escape(definition.Name)}",
                    ToModel(definition),
                    DockerJson.Default.CreateModel,
                    DockerJson.Default.IdModel,
                    cancellationToken).ConfigureAwait(false);
                return created.Id;
            }
            catch (DockerApiException e) when (e.Status == HttpStatusCode.NotFound)
            {
                throw new ImageMissingException(definition.Image, e);
            }
        });

    public Task StartContainerAsync(string id, CancellationToken cancellationToken) =>
        CallAsync(() => _api.CallAsync(HttpMethod.Post, $"/containers/{id}/start", null, cancellationToken));

    public Task SignalContainerAsync(string id, int signal, CancellationToken cancellationToken) =>
        CallAsync(() => _api.CallAsync(HttpMethod.Post, $"/containers/{id}/kill?signal={Number(signal)}", null, cancellationToken));

    public Task StopContainerAsync(string id, TimeSpan timeout, CancellationToken cancellationToken) =>
        CallAsync(() => _api.CallAsync(HttpMethod.Post, $"/containers/{id}/stop?t={Number((int)timeout.TotalSeconds)}", null, cancellationToken));

    public async Task<int> WaitForExitAsync(string id, CancellationToken cancellationToken)
    {
        using var nothing = new StringContent("");
        using var response = await _api.SendAsync(HttpMethod.Post, $"/containers/{id}/wait", nothing, cancellationToken).ConfigureAwait(false);
        var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize(text, DockerJson.Default.WaitModel)?.StatusCode ?? -1;
    }

    public async Task<ContainerState?> FindContainerAsync(string id, CancellationToken cancellationToken)
    {
        var container = await CallAsync(() => _api.FindAsync($"/containers/{id}/json", DockerJson.Default.ContainerModel, cancellationToken)).ConfigureAwait(false);
        if (container is null)
        {
            return null;
        }

        var ports = new Dictionary<int, int>();
        foreach (var (port, bindings) in container.NetworkSettings?.Ports ?? [])
        {
            if (port.EndsWith("/tcp", StringComparison.Ordinal)
                && int.TryParse(port.AsSpan(0, port.Length - 4), out var inside)
                && bindings is [var binding, ..]
                && int.TryParse(binding.HostPort, out var outside))
            {
                ports[inside] = outside;
            }
        }

        return new ContainerState(container.State.Running, container.State.ExitCode, ports);
    }

    public async Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(string label, CancellationToken cancellationToken)
    {
        var filter = JsonSerializer.Serialize(
            new Dictionary<string, List<string>> { ["label"] = [label] }, DockerJson.Default.DictionaryStringListString);
        var rows = await CallAsync(() => _api.GetAsync(
            $"/containers/json?all=1&filters={Escape(filter)}", DockerJson.Default.ListContainerRowModel, cancellationToken)).ConfigureAwait(false);
        return rows.ConvertAll(row => new ContainerSummary(
            row.Id,
            row.Names is [var name, ..] ? name.TrimStart('/') : row.Id,
            row.Image,
            DateTimeOffset.FromUnixTimeSeconds(row.Created),
            row.Labels ?? []));
    }

    public Task RemoveContainerAsync(string id, CancellationToken cancellationToken) =>
        CallAsync(() => IgnoreGoneAsync(() => _api.CallAsync(HttpMethod.Delete, $"/containers/{id}?force=1&v=1", null, cancellationToken)));

    public Task<string> GetLogAsync(string id, int lines, CancellationToken cancellationToken) =>
        CallAsync(async () =>
        {
            try
            {
                using var response = await _api.SendAsync(
                    HttpMethod.Get, $"/containers/{id}/logs?stdout=1&stderr=1&tail={Number(lines)}", null, cancellationToken).ConfigureAwait(false);
                using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                return await MultiplexedStream.ReadAllAsync(stream, cancellationToken).ConfigureAwait(false);
            }
            catch (DockerApiException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
            {
                // It is being removed just now.
                return "";
            }
        });

    public Task DisconnectContainerAsync(string id, CancellationToken cancellationToken) =>
        CallAsync(async () =>
        {
            using var body = JsonContent.Create(new NetworkDisconnectModel(id, true), DockerJson.Default.NetworkDisconnectModel);
            await _api.CallAsync(HttpMethod.Post, $"/networks/{Bridge}/disconnect", body, cancellationToken).ConfigureAwait(false);
        });

    public Task<ExecResult> ExecAsync(string id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken) =>
        CallAsync(async () =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(timeout);
            using var output = new MemoryStream();
            try
            {
                return new ExecResult(await ExecAsync(id, command, output, limit.Token).ConfigureAwait(false), MultiplexedStream.Text(output));
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new ExecResult(null, MultiplexedStream.Text(output));
            }
        });

    public Task<Stream> ReadArchiveAsync(string id, string path, CancellationToken cancellationToken) =>
        CallAsync(async () =>
        {
            // The response is closed with the stream: both end at the connection.
            var response = await _api.SendAsync(
                HttpMethod.Get, $"/containers/{id}/archive?path={Escape(path)}", null, cancellationToken).ConfigureAwait(false);
            return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        });

    public Task WriteArchiveAsync(string id, string directory, Stream tar, CancellationToken cancellationToken) =>
        CallAsync(async () =>
        {
            using var content = new StreamContent(tar);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
            await _api.CallAsync(HttpMethod.Put, $"/containers/{id}/archive?path={Escape(directory)}", content, cancellationToken).ConfigureAwait(false);
        });

    private async Task<int> ExecAsync(string id, IReadOnlyList<string> command, MemoryStream output, CancellationToken cancellationToken)
    {
        var exec = await _api.PostAsync(
            $"/containers/{id}/exec",
            new ExecCreateModel(true, true, command),
            DockerJson.Default.ExecCreateModel,
            DockerJson.Default.IdModel,
            cancellationToken).ConfigureAwait(false);
        using var body = JsonContent.Create(new ExecStartModel(false, false), DockerJson.Default.ExecStartModel);
        using (var response = await _api.SendAsync(HttpMethod.Post, $"/exec/{exec.Id}/start", body, cancellationToken).ConfigureAwait(false))
        {
            using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await MultiplexedStream.CopyAsync(stream, output, cancellationToken).ConfigureAwait(false);
        }

        // The stream can end a moment before the engine has noted the exit code.
        while (true)
        {
            var state = await _api.GetAsync($"/exec/{exec.Id}/json", DockerJson.Default.ExecStateModel, cancellationToken).ConfigureAwait(false);
            if (!state.Running && state.ExitCode is { } exitCode)
            {
                return exitCode;
            }

            await Task.Delay(5, cancellationToken).ConfigureAwait(false);
        }
    }

    private static CreateModel ToModel(ContainerDefinition definition) => new()
    {
        Image = definition.Image,
        Cmd = definition.Command,
        Env = definition.Environment.Select(variable => $"{variable.Key}={variable.Value}").ToArray(),
        Labels = definition.Labels,
        Hostname = definition.Hostname,

        // CrCache probes by itself; a health check's own process would stand in the way of a dump.
        Healthcheck = new HealthcheckModel(["NONE"]),
        ExposedPorts = definition.PublishedPorts.ToDictionary(port => $"{Number(port)}/tcp", _ => new EmptyModel()),
        HostConfig = new HostConfigModel
        {
            Runtime = definition.Runtime,
            Binds = definition.Mounts is { } mounts ? mounts.Select(mount => $"{mount.Value}:{mount.Key}").ToArray() : null,
            NetworkMode = definition.Network ? Bridge : "none",
            SecurityOpt = definition.SeccompProfile is { } profile ? [$"seccomp={profile}"] : null,
            PortBindings = definition.PublishedPorts.ToDictionary(
                port => $"{Number(port)}/tcp",
                _ => (IReadOnlyList<PortBindingModel>)[new PortBindingModel(ContainerDefinition.PublishedHost, "")]),
        },
    };
}
