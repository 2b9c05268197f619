using System.Globalization;
using System.Net;
using CrCache.Files;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace CrCache.Engines.Docker;

internal sealed partial class DockerEngine
{
    // Usually 50 ms; an engine that hangs must not keep one who gives up.
    private static readonly TimeSpan s_longestCreation = TimeSpan.FromSeconds(5);

    public async Task<string> CreateContainerAsync(ContainerDefinition definition, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var creating = CreateAsync(definition);
        try
        {
            return await creating.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The engine makes it all the same, and nobody else would know its id.
            await ((Task)creating).WaitAsync(s_longestCreation, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (creating.IsCompletedSuccessfully)
            {
                var id = await creating.ConfigureAwait(false);
                await CleanUp.RunAsync(() => RemoveContainerAsync(id, CancellationToken.None)).ConfigureAwait(false);
            }

            throw;
        }
    }

    private Task<string> CreateAsync(ContainerDefinition definition) =>
        _connection.CallAsync(
            Work($"create the container {definition.Name}"),
            async (client, token) =>
            {
                try
                {
                    var parameters = ContainerParameters.Of(definition);
                    return (await client.Containers.CreateContainerAsync(parameters, token).ConfigureAwait(false)).ID;
                }
                catch (DockerApiException e) when (e.StatusCode == HttpStatusCode.NotFound)
                {
                    throw new ImageMissingException(definition.Image, e);
                }
            },
            CancellationToken.None);

    public Task StartContainerAsync(string id, CancellationToken cancellationToken) => _connection.CallAsync(
        Work($"start the container {Short(id)}"),
        (client, token) => client.Containers.StartContainerAsync(id, null, token),
        cancellationToken);

    public Task SignalContainerAsync(string id, int signal, CancellationToken cancellationToken)
    {
        var parameters = new ContainerKillParameters { Signal = Number(signal) };
        return _connection.CallAsync(
            LongWork($"send a signal to the container {Short(id)}"),
            (client, token) => client.Containers.KillContainerAsync(id, parameters, token),
            cancellationToken);
    }

    public Task StopContainerAsync(string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // The package leaves out zeros, and the engine then takes its own 10 s.
        var parameters = new ContainerStopParameters { WaitBeforeKillSeconds = Math.Max(1, (uint)timeout.TotalSeconds) };
        return _connection.CallAsync(
            new EngineCall($"stop the container {Short(id)}", timeout + watch.Patience.Work),
            (client, token) => client.Containers.StopContainerAsync(id, parameters, token),
            cancellationToken);
    }

    public Task<int> WaitForExitAsync(string id, CancellationToken cancellationToken) => _connection.CallAsync(
        EngineCall.EndlessWork($"wait for the container {Short(id)}"),
        async (client, token) => (int)(await client.Containers.WaitContainerAsync(id, token).ConfigureAwait(false)).StatusCode,
        cancellationToken);

    public Task<ContainerState?> FindContainerAsync(string id, CancellationToken cancellationToken) =>
        _connection.CallAsync<ContainerState?>(
            Question($"describe the container {Short(id)}"),
            async (client, token) =>
            {
                try
                {
                    var container = await client.Containers.InspectContainerAsync(id, token).ConfigureAwait(false);
                    var state = container.State!;
                    return new ContainerState(state.Running, (int)state.ExitCode, PublishedPorts(container.NetworkSettings?.Ports))
                    {
                        HasNetwork = container.HostConfig?.NetworkMode != ContainerParameters.NoNetwork,
                    };
                }
                catch (DockerApiException e) when (e.StatusCode == HttpStatusCode.NotFound)
                {
                    return null;
                }
            },
            cancellationToken);

    public Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(string label, CancellationToken cancellationToken) =>
        ListContainersAsync("label", label, cancellationToken);

    public Task<IReadOnlyList<ContainerSummary>> ListContainersOfAsync(string image, CancellationToken cancellationToken) =>
        ListContainersAsync("ancestor", image, cancellationToken);

    private Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(string filter, string value, CancellationToken cancellationToken)
    {
        var parameters = new ContainersListParameters { All = true, Filters = Filters((filter, value)) };
        return _connection.CallAsync<IReadOnlyList<ContainerSummary>>(
            Question("list its containers"),
            async (client, token) =>
            {
                var rows = await client.Containers.ListContainersAsync(parameters, token).ConfigureAwait(false);
                return rows.Select(Summary).ToArray();
            },
            cancellationToken);
    }

    public Task RemoveContainerAsync(string id, CancellationToken cancellationToken)
    {
        var parameters = new ContainerRemoveParameters { Force = true, RemoveVolumes = true };
        return RemoveAsync(
            Work($"remove the container {Short(id)}"),
            (client, token) => client.Containers.RemoveContainerAsync(id, parameters, token),
            cancellationToken);
    }

    public Task<string> GetLogAsync(string id, int lines, CancellationToken cancellationToken) => _connection.CallAsync(
        Work($"read the log of the container {Short(id)}"),
        async (client, token) =>
        {
            try
            {
                var parameters = new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Tail = Number(lines) };
                using var log = await client.Containers.GetContainerLogsAsync(id, parameters, token).ConfigureAwait(false);
                using var text = new MemoryStream();
                await log.CopyOutputToAsync(Stream.Null, text, text, token).ConfigureAwait(false);
                return Text(text);
            }
            catch (DockerApiException e) when (e.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
            {
                // It is being removed just now.
                return "";
            }
        },
        cancellationToken);

    public Task FollowLogAsync(string id, Action<string, bool> line, CancellationToken cancellationToken) => _connection.CallAsync(
        EngineCall.Endless($"follow the log of the container {Short(id)}"),
        async (client, token) =>
        {
            var parameters = new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Follow = true };
            using var log = await client.Containers.GetContainerLogsAsync(id, parameters, token).ConfigureAwait(false);
            using var lines = new LineSink(line);
            await log.CopyOutputToAsync(Stream.Null, lines, lines, token).ConfigureAwait(false);
        },
        cancellationToken);

    public Task DisconnectContainerAsync(string id, CancellationToken cancellationToken)
    {
        var parameters = new NetworkDisconnectParameters { Container = id, Force = true };
        return _connection.CallAsync(
            Work($"take the container {Short(id)} off its network"),
            (client, token) => client.Networks.DisconnectNetworkAsync(ContainerParameters.Bridge, parameters, token),
            cancellationToken);
    }

    public Task<Stream> ReadArchiveAsync(string id, string path, CancellationToken cancellationToken) => _connection.ReadAsync(
        LongWork($"send {path} of the container {Short(id)}"),
        async (client, token) =>
        {
            var parameters = new ContainerPathStatParameters { Path = path };
            var archive = await client.Containers
                .GetArchiveFromContainerAsync(id, parameters, statOnly: false, token).ConfigureAwait(false);
            return archive.Stream!;
        },
        cancellationToken);

    public Task WriteArchiveAsync(string id, string directory, Stream tar, CancellationToken cancellationToken)
    {
        var parameters = new CopyToContainerParameters { Path = directory };
        return _connection.SendAsync(
            LongWork($"unpack files into {directory} of the container {Short(id)}"),
            tar,
            (client, sent, token) => client.Containers.ExtractArchiveToContainerAsync(id, parameters, sent, token),
            cancellationToken);
    }

    private static Dictionary<int, int> PublishedPorts(IDictionary<string, IList<PortBinding>>? ports)
    {
        var published = new Dictionary<int, int>();
        foreach (var (port, bindings) in ports ?? new Dictionary<string, IList<PortBinding>>())
        {
            if (TcpPort(port) is var inside and > 0 && bindings is [var binding, ..] && int.TryParse(binding.HostPort, out var outside))
            {
                published[inside] = outside;
            }
        }

        return published;
    }

    private static ContainerSummary Summary(ContainerListResponse row) => new(
        row.ID,
        row.Names is [var name, ..] ? name.TrimStart('/') : row.ID,
        row.Image,
        new DateTimeOffset(row.Created),
        row.Labels?.AsReadOnly() ?? new Dictionary<string, string>().AsReadOnly());

    // Of a container's port as the engine writes it; 0 for one of another protocol.
    private static int TcpPort(string port) =>
        int.TryParse(port.EndsWith("/tcp", StringComparison.Ordinal) ? port.AsSpan(0, port.Length - 4) : port, out var number) ? number : 0;

    // As the docker command line shows it.
    private static string Short(string id) => id.Length > 12 ? id[..12] : id;

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
