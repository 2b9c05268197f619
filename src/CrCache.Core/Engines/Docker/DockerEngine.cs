using System.Globalization;
using System.Net;
using CrCache.Diagnostics;

namespace CrCache.Engines.Docker;

/// <summary>A client of the Docker Engine API, as far as CrCache needs it. Podman serves the same API.</summary>
internal sealed partial class DockerEngine : IEngine
{
    private readonly DockerApi _api;

    public DockerEngine(EngineEndpoint endpoint, IEngineTransport transport)
    {
        Endpoint = endpoint;
        _api = new DockerApi(endpoint, transport);
    }

    public EngineEndpoint Endpoint { get; }

    public void Dispose() => _api.Dispose();

    public async Task<EngineInfo> GetInfoAsync(CancellationToken cancellationToken)
    {
        var version = await _api.GetVersionAsync(cancellationToken).ConfigureAwait(false);
        var info = await CallAsync(() => _api.GetAsync("/info", DockerJson.Default.InfoModel, cancellationToken)).ConfigureAwait(false);
        return new EngineInfo
        {
            Id = info.Id is { Length: > 0 } id ? id : Endpoint.Address.OriginalString,
            Version = info.ServerVersion ?? "unknown",
            ApiVersion = version,
            Platform = $"{info.OsType}/{info.Architecture}",
            Kernel = info.KernelVersion ?? "unknown",
            Runtimes = info.Runtimes?.Keys.ToArray() ?? [],
        };
    }

    public async Task<IReadOnlyDictionary<string, string>> GetComponentsAsync(CancellationToken cancellationToken)
    {
        var version = await CallAsync(() => _api.GetAsync("/version", DockerJson.Default.VersionModel, cancellationToken)).ConfigureAwait(false);
        return (version.Components ?? []).DistinctBy(component => component.Name).ToDictionary(component => component.Name, component => component.Version);
    }

    // Errors of the engine reach the user in the engine's words under one code.
    private static async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (DockerApiException e)
        {
            throw new CrCacheException(ErrorCodes.EngineCallFailed, $"The engine refused a call: {e.Message}", e);
        }
    }

    private static async Task CallAsync(Func<Task> call) =>
        await CallAsync(async () =>
        {
            await call().ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);

    // Removing what is not there, or what is being removed already, is what was asked for.
    private static async Task IgnoreGoneAsync(Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (DockerApiException e) when (e.Status == HttpStatusCode.NotFound
            || (e.Status == HttpStatusCode.Conflict && e.Text.Contains("already in progress", StringComparison.Ordinal)))
        {
        }
    }

    private static string Escape(string value) => Uri.EscapeDataString(value);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
