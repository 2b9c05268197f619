using System.Globalization;
using System.Net;
using CrCache.Diagnostics;
using Docker.DotNet;

namespace CrCache.Engines.Docker;

/// <summary>The Docker Engine API, as far as CrCache needs it. Podman serves the same API.</summary>
/// <param name="endpoint">The engine.</param>
/// <param name="watch">Sees to it that no call waits for ever.</param>
/// <param name="left">Told, once, why something that was to be removed stays.</param>
internal sealed partial class DockerEngine(EngineEndpoint endpoint, EngineWatch watch, Action<CrCacheException>? left) : IEngine
{
    private readonly DockerConnection _connection = new(endpoint, watch);
    private int _isLeft;

    public EngineEndpoint Endpoint => endpoint;

    public void Dispose() => _connection.Dispose();

    public async Task<EngineInfo> GetInfoAsync(CancellationToken cancellationToken)
    {
        var version = await _connection.GetVersionAsync(cancellationToken).ConfigureAwait(false);
        return await _connection.CallAsync(
            Question("describe itself"),
            async (client, token) =>
            {
                var info = await client.System.GetSystemInfoAsync(token).ConfigureAwait(false);
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
            Question("list its components"),
            async (client, token) =>
            {
                var version = await client.System.GetVersionAsync(token).ConfigureAwait(false);
                return (version.Components ?? [])
                    .DistinctBy(component => component.Name)
                    .ToDictionary(component => component.Name, component => component.Version);
            },
            cancellationToken);

    private EngineCall Question(string what) => new(what, watch.Patience.Question);

    private EngineCall Work(string what) => new(what, watch.Patience.Work);

    private EngineCall LongWork(string what) => new(what, watch.Patience.LongWork);

    // Of a list: what has all of these.
    private static Dictionary<string, IDictionary<string, bool>> Filters(params (string Name, string Value)[] filters) =>
        filters.ToDictionary(
            filter => filter.Name, IDictionary<string, bool> (filter) => new Dictionary<string, bool> { [filter.Value] = true });

    // Where the engine is gone or hangs all removals fail, most of them those of work that failed before: one line is enough.
    private async Task RemoveAsync(
        EngineCall asked, Func<DockerClient, CancellationToken, Task> remove, CancellationToken cancellationToken)
    {
        try
        {
            await _connection.CallAsync(
                asked,
                async (client, token) =>
                {
                    try
                    {
                        await remove(client, token).ConfigureAwait(false);
                    }
                    catch (DockerApiException e) when (IsGone(e))
                    {
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.NoEngine && Interlocked.Exchange(ref _isLeft, 1) == 0)
        {
            left?.Invoke(new CrCacheException(e.Code, $"{e.Message} What stays there of this command, the next one removes.", e));
            throw;
        }
    }

    // Of an engine that does not say it nothing is known to be old.
    private static DateTimeOffset Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : DateTimeOffset.MinValue;

    private static string Known(string? version) => version is { Length: > 0 } ? version : "unknown";

    // Removing what is not there, or what is being removed already, is what was asked for.
    private static bool IsGone(DockerApiException e) => e.StatusCode == HttpStatusCode.NotFound
        || (e.StatusCode == HttpStatusCode.Conflict && EngineFailure.Words(e).Contains("already in progress", StringComparison.Ordinal));
}
