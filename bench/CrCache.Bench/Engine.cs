using System.Formats.Tar;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CrCache.Bench;

/// <summary>
/// The few calls of the Docker Engine API that the benchmarks need. A client of their own, so that the cold side shares no code
/// with what it is compared to, and so that any state of the repository can be measured.
/// </summary>
internal sealed class Engine : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>The engine of DOCKER_HOST, which must be a unix socket, or of the usual socket.</summary>
    public Engine()
    {
        var address = Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? host : "unix:///var/run/docker.sock";
        Socket = address.StartsWith("unix://", StringComparison.Ordinal)
            ? address["unix://".Length..]
            : throw new InvalidOperationException($"DOCKER_HOST={address}: the benchmarks need an engine on a unix socket.");
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new System.Net.Sockets.Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://engine/v1.41/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Where it listens.</summary>
    public string Socket { get; }

    /// <summary>The directory in which it keeps everything, as it sees it.</summary>
    public async Task<string> FindRootAsync(CancellationToken cancellationToken) =>
        (await CallAsync(HttpMethod.Get, "info", null, cancellationToken))["DockerRootDir"]!.GetValue<string>();

    /// <summary>How many containers it has, running or not.</summary>
    public async Task<int> CountContainersAsync(CancellationToken cancellationToken) =>
        (await CallAsync(HttpMethod.Get, "containers/json?all=1", null, cancellationToken)).AsArray().Count;

    /// <summary>Version of the engine and kernel, for people.</summary>
    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        var info = await CallAsync(HttpMethod.Get, "info", null, cancellationToken);
        var (kernel, version) = (info["KernelVersion"]!.GetValue<string>(), info["ServerVersion"]!.GetValue<string>());
        return $"Linux {kernel.Split('-')[0]}, Docker {version.Split('+')[0]}";
    }

    /// <summary>Pulls an image that is not there.</summary>
    public async Task EnsureImageAsync(string image, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync($"images/{image}/json", cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            // The answer is a report of the progress, and complete when the pull is.
            await CallAsync(HttpMethod.Post, $"images/create?fromImage={Uri.EscapeDataString(image)}", null, cancellationToken);
        }
    }

    /// <summary>Creates a container from the API's own description of one.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> CreateAsync(string name, JsonObject description, CancellationToken cancellationToken) =>
        (await CallAsync(HttpMethod.Post, $"containers/create?name={name}", description, cancellationToken))["Id"]!.GetValue<string>();

    /// <summary>Starts a created container.</summary>
    public Task StartAsync(string id, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, $"containers/{id}/start", null, cancellationToken);

    /// <summary>How a container's port is published on a free port of this machine, for the API's own description.</summary>
    public static JsonObject OnLoopback(string port) =>
        new() { [port] = new JsonArray(new JsonObject { ["HostIp"] = "127.0.0.1", ["HostPort"] = "" }) };

    /// <summary>The port of this machine on which a running container's port is published.</summary>
    public async Task<int> FindPortAsync(string id, int port, CancellationToken cancellationToken)
    {
        var container = await CallAsync(HttpMethod.Get, $"containers/{id}/json", null, cancellationToken);
        return container["NetworkSettings"]?["Ports"]?[$"{port}/tcp"]?[0]?["HostPort"] is { } published
            ? int.Parse(published.GetValue<string>(), CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The container {id} has ended.");
    }

    /// <summary>The ids of all containers with a label.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string label, CancellationToken cancellationToken)
    {
        var filter = JsonSerializer.Serialize(new { label = new[] { label } });
        var path = $"containers/json?all=1&filters={Uri.EscapeDataString(filter)}";
        var rows = await CallAsync(HttpMethod.Get, path, null, cancellationToken);
        return [.. rows.AsArray().Select(row => row!["Id"]!.GetValue<string>())];
    }

    /// <summary>Kills and removes a container with its volumes.</summary>
    public Task RemoveAsync(string id) => CallAsync(HttpMethod.Delete, $"containers/{id}?force=1&v=1", null, CancellationToken.None);

    /// <summary>Runs a command in a running container.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExecAsync(string id, IEnumerable<string> command, CancellationToken cancellationToken)
    {
        var words = new JsonArray([.. command.Select(word => JsonValue.Create(word))]);
        var description = new JsonObject { ["Cmd"] = words, ["AttachStdout"] = true };
        var exec = (await CallAsync(HttpMethod.Post, $"containers/{id}/exec", description, cancellationToken))["Id"]!.GetValue<string>();

        // The answer ends with the command.
        await CallAsync(HttpMethod.Post, $"exec/{exec}/start", [], cancellationToken);
        return (await CallAsync(HttpMethod.Get, $"exec/{exec}/json", null, cancellationToken))["ExitCode"]!.GetValue<int>();
    }

    /// <summary>Sends a signal to a container.</summary>
    public Task SignalAsync(string id, int signal, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, $"containers/{id}/kill?signal={signal}", null, cancellationToken);

    /// <summary>Waits until a container has ended.</summary>
    public Task WaitAsync(string id, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, $"containers/{id}/wait", null, cancellationToken);

    /// <summary>Makes an image of a container's files.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> CommitAsync(string id, CancellationToken cancellationToken) =>
        (await CallAsync(HttpMethod.Post, $"commit?container={id}", [], cancellationToken))["Id"]!.GetValue<string>();

    /// <summary>A directory of a container as tar.</summary>
    public Task<Stream> ReadFilesAsync(string id, string path, CancellationToken cancellationToken) =>
        _http.GetStreamAsync($"containers/{id}/archive?path={Uri.EscapeDataString(path)}", cancellationToken);

    /// <summary>The id of an image.</summary>
    public async Task<string> FindImageAsync(string image, CancellationToken cancellationToken) =>
        (await CallAsync(HttpMethod.Get, $"images/{image}/json", null, cancellationToken))["Id"]!.GetValue<string>();

    /// <summary>An image as tar.</summary>
    public Task<Stream> SaveImageAsync(string image, CancellationToken cancellationToken) =>
        _http.GetStreamAsync($"images/{image}/get", cancellationToken);

    /// <summary>The container that has published a port on this machine.</summary>
    public async Task<string> FindByPortAsync(int port, CancellationToken cancellationToken)
    {
        var rows = await CallAsync(HttpMethod.Get, "containers/json", null, cancellationToken);
        return rows.AsArray().First(HasPort)!["Id"]!.GetValue<string>();

        bool HasPort(JsonNode? row) => row!["Ports"]!.AsArray().Any(published => (int?)published!["PublicPort"] == port);
    }

    /// <summary>The processes of a running container, by their ids on the engine's machine.</summary>
    public async Task<IReadOnlyList<int>> FindProcessesAsync(string id, CancellationToken cancellationToken)
    {
        var top = await CallAsync(HttpMethod.Get, $"containers/{id}/top", null, cancellationToken);
        var column = top["Titles"]!.AsArray().Select(title => title!.GetValue<string>()).ToList().IndexOf("PID");
        return [.. top["Processes"]!.AsArray().Select(row => int.Parse(row![column]!.GetValue<string>(), CultureInfo.InvariantCulture))];
    }

    /// <summary>Copies a directory of this machine, by its name, into the root of a container.</summary>
    public async Task CopyAsync(string id, string directory, CancellationToken cancellationToken)
    {
        using var tar = new MemoryStream();
        await TarFile.CreateFromDirectoryAsync(directory, tar, includeBaseDirectory: true, cancellationToken);
        tar.Position = 0;
        using var content = new StreamContent(tar);
        content.Headers.ContentType = new("application/x-tar");
        using var response = await _http.PutAsync($"containers/{id}/archive?path=/", content, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Removes an image.</summary>
    public Task RemoveImageAsync(string id) => CallAsync(HttpMethod.Delete, $"images/{id}?force=1", null, CancellationToken.None);

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> CallAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(
                $"The engine answered {method} {path.Split('?')[0]} with {(int)response.StatusCode}: {text.Trim()}");
        }

        var isJson = response.Content.Headers.ContentType?.MediaType == "application/json" && text.Length > 0;
        return isJson && !path.StartsWith("images/create", StringComparison.Ordinal) ? JsonNode.Parse(text)! : new JsonObject();
    }
}
