using System.Globalization;
using System.Net;
using Docker.DotNet;

namespace CrCache.Engines.Docker;

/// <summary>The Docker Engine API, as far as CrCache needs it. Podman serves the same API.</summary>
internal sealed partial class DockerEngine(EngineEndpoint endpoint) : IEngine
{
    private readonly DockerConnection _connection = new(endpoint);

    public EngineEndpoint Endpoint => endpoint;

    public void Dispose() => _connection.Dispose();

    public async Task<EngineInfo> GetInfoAsync(CancellationToken cancellationToken)
    {
        var version = await _connection.GetVersionAsync(cancellationToken).ConfigureAwait(false);
        return await _connection.CallAsync(
            "describe itself",
            async client =>
            {
                var info = await client.System.GetSystemInfoAsync(cancellationToken).ConfigureAwait(false);
                return new EngineInfo
                {
                    Id = info.ID is { Length: > 0 } id ? id : Endpoint.Address.OriginalString,
                    Machine = Known(info.Name),
                    Version = Known(info.ServerVersion),
                    ApiVersion = version.ToString(),
                    Platform = $"{info.OSType}/{info.Architecture}",
                    Kernel = Known(info.KernelVersion),
                    Time = Time(info.SystemTime),
                    Runtimes = info.Runtimes?.Keys.ToArray() ?? [],
                };
            },
            cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyDictionary<string, string>> GetComponentsAsync(CancellationToken cancellationToken) =>
        _connection.CallAsync<IReadOnlyDictionary<string, string>>(
            "list its components",
            async client =>
            {
                var version = await client.System.GetVersionAsync(cancellationToken).ConfigureAwait(false);
                return (version.Components ?? [])
                    .DistinctBy(component => component.Name)
                    .ToDictionary(component => component.Name, component => component.Version);
            },
            cancellationToken);

    // Of an engine that does not say it nothing is known to be old.
    private static DateTimeOffset Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : DateTimeOffset.MinValue;

    private static string Known(string? version) => version is { Length: > 0 } ? version : "unknown";

    // Removing what is not there, or what is being removed already, is what was asked for.
    private static bool IsGone(DockerApiException e) => e.StatusCode == HttpStatusCode.NotFound
        || (e.StatusCode == HttpStatusCode.Conflict && EngineFailure.Words(e).Contains("already in progress", StringComparison.Ordinal));
}
