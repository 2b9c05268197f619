using System.Runtime.ExceptionServices;
using CrCache.Diagnostics;
using Docker.DotNet;
using Docker.DotNet.Unix;

namespace CrCache.Engines.Docker;

/// <summary>The client of one engine: the API version that is spoken with it, and errors for people in place of exceptions.</summary>
internal sealed class DockerConnection(EngineEndpoint endpoint) : IDisposable
{
    // The oldest version is that of Docker 20.10, the newest the one that the package was made for.
    private static readonly Version Oldest = new(1, 41);
    private static readonly Version Newest = new(1, 54);

    private readonly EngineTransport _transport = new();
    private readonly SemaphoreSlim _negotiation = new(1, 1);
    private DockerClient? _client;

    /// <summary>The API version that is spoken with the engine: the newest that both sides know.</summary>
    public async Task<Version> GetVersionAsync(CancellationToken cancellationToken) =>
        await CallAsync("say which API it speaks", client => Task.FromResult(client.Options.ApiVersion!), cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Makes a call.</summary>
    /// <param name="what">What the engine is to do, as in "refused to …".</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CrCacheException">The engine refuses, or cannot be reached or understood (CRC1001, CRC1002).</exception>
    public async Task<T> CallAsync<T>(string what, Func<DockerClient, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(await ConnectAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception e) when (EngineFailure.IsRaw(e))
        {
            throw new EngineFailure(endpoint, what).Translate(e, cancellationToken);
        }
    }

    /// <summary>As the other, for a call without an answer that matters.</summary>
    public Task CallAsync(string what, Func<DockerClient, Task> call, CancellationToken cancellationToken) =>
        CallAsync(
            what,
            async client =>
            {
                await call(client).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    /// <summary>Makes a call that sends a stream. What reading that throws is thrown as it is.</summary>
    public async Task SendAsync(string what, Stream stream, Func<DockerClient, Stream, Task> call, CancellationToken cancellationToken)
    {
        using var sent = new SentStream(stream);
        try
        {
            await CallAsync(what, client => call(client, sent), cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException) when (sent.Failure is not null)
        {
            ExceptionDispatchInfo.Throw(sent.Failure);
        }
    }

    /// <summary>Makes a call that answers with a stream; disposing it ends the call.</summary>
    public async Task<Stream> ReadAsync(string what, Func<DockerClient, Task<Stream>> call, CancellationToken cancellationToken) =>
        new EngineStream(await CallAsync(what, call, cancellationToken).ConfigureAwait(false), new EngineFailure(endpoint, what));

    public void Dispose()
    {
        _client?.Dispose();
        _negotiation.Dispose();
    }

    private async Task<DockerClient> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_client is { } known)
        {
            return known;
        }

        await _negotiation.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _client ??= Build(await NegotiateAsync(cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            _negotiation.Release();
        }
    }

    private async Task<Version> NegotiateAsync(CancellationToken cancellationToken)
    {
        using var client = Build(null);
        try
        {
            await client.System.PingAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException)
        {
            // What it is, the header says.
        }

        if (!Version.TryParse(_transport.OfferedVersion, out var offered))
        {
            throw new CrCacheException(ErrorCodes.NoEngine, $"What answers at {endpoint} is not a container engine.");
        }

        return offered < Oldest
            ? throw new CrCacheException(
                ErrorCodes.NoEngine,
                $"The engine at {endpoint} speaks API version {offered}; crcache needs {Oldest} or later (Docker 20.10).")
            : offered < Newest ? offered : Newest;
    }

    // Calls such as wait and pull take as long as they take; the caller's token ends them.
    private DockerClient Build(Version? version) => new DockerClientBuilder<UnixSocketTransportOptions>(
            _transport, new UnixSocketTransportOptions())
        .WithEndpoint(endpoint.Address)
        .WithTimeout(Timeout.InfiniteTimeSpan)
        .WithApiVersion(version)
        .Build();
}
