using System.Runtime.ExceptionServices;
using CrCache.Diagnostics;
using Docker.DotNet;
using Docker.DotNet.Unix;

namespace CrCache.Engines.Docker;

/// <summary>The client of one engine: the API version that is spoken with it, and errors for people in place of exceptions.</summary>
/// <param name="endpoint">The engine.</param>
/// <param name="watch">Sees to it that no call waits for ever.</param>
internal sealed class DockerConnection(EngineEndpoint endpoint, EngineWatch watch) : IDisposable
{
    // The oldest version is that of Docker 20.10, the newest the one that the package was made for.
    private static readonly Version Oldest = new(1, 41);
    private static readonly Version Newest = new(1, 54);

    private readonly EngineTransport _transport = new();
    private readonly SemaphoreSlim _negotiation = new(1, 1);
    private DockerClient? _client;

    /// <summary>The API version that is spoken with the engine: the newest that both sides know.</summary>
    public async Task<Version> GetVersionAsync(CancellationToken cancellationToken) =>
        await CallAsync(
            new EngineCall("say which API it speaks", watch.Patience.Question),
            (client, _) => Task.FromResult(client.Options.ApiVersion!),
            cancellationToken).ConfigureAwait(false);

    /// <summary>Makes a call.</summary>
    /// <param name="asked">What the engine is to do, and how long it may take.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CrCacheException">The engine refuses, or cannot be reached or understood (CRC1001, CRC1002).</exception>
    public async Task<T> CallAsync<T>(
        EngineCall asked, Func<DockerClient, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            var client = await ConnectAsync(asked.What, cancellationToken).ConfigureAwait(false);
            return await WatchAsync(asked, client, token => call(client, token), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (EngineFailure.IsRaw(e))
        {
            throw new EngineFailure(endpoint, asked.What).Translate(e, cancellationToken);
        }
    }

    /// <summary>As the other, for a call without an answer that matters.</summary>
    public Task CallAsync(EngineCall asked, Func<DockerClient, CancellationToken, Task> call, CancellationToken cancellationToken) =>
        CallAsync(
            asked,
            async (client, token) =>
            {
                await call(client, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    /// <summary>Makes a call that sends a stream. What reading that throws is thrown as it is.</summary>
    public async Task SendAsync(
        EngineCall asked, Stream stream, Func<DockerClient, Stream, CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        using var sent = new SentStream(stream, asked);
        try
        {
            await CallAsync(asked, (client, token) => call(client, sent, token), cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException) when (sent.Failure is not null)
        {
            ExceptionDispatchInfo.Throw(sent.Failure);
        }
    }

    /// <summary>Makes a call that answers with a stream; disposing it ends the call.</summary>
    public async Task<Stream> ReadAsync(
        EngineCall asked, Func<DockerClient, CancellationToken, Task<Stream>> call, CancellationToken cancellationToken)
    {
        var stream = await CallAsync(asked, call, cancellationToken).ConfigureAwait(false);
        return new EngineStream(stream, new EngineFailure(endpoint, asked.What), ReadSomeAsync);

        Task<int> ReadSomeAsync(Memory<byte> buffer, CancellationToken token)
        {
            asked.Renew();
            return WatchAsync(asked, _client!, part => stream.ReadAsync(buffer, part).AsTask(), token);
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _negotiation.Dispose();
    }

    private Task<T> WatchAsync<T>(
        EngineCall asked, DockerClient client, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        watch.RunAsync(asked, call, token => client.System.PingAsync(token), cancellationToken);

    private async Task<DockerClient> ConnectAsync(string what, CancellationToken cancellationToken)
    {
        if (_client is { } known)
        {
            return known;
        }

        await _negotiation.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _client ??= Build(await NegotiateAsync(what, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            _negotiation.Release();
        }
    }

    private async Task<Version> NegotiateAsync(string what, CancellationToken cancellationToken)
    {
        // Who has waited for another one's negotiation need not wait as long again.
        watch.ThrowIfSilent(what);
        using var client = Build(null);
        if (!await watch.AnswersAsync(token => client.System.PingAsync(token), cancellationToken).ConfigureAwait(false))
        {
            throw watch.Silent(what);
        }

        // What it is, the header says, also that of a refusal.
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

    // Calls such as wait and pull take as long as they take; the caller's token ends them, or the watch.
    private DockerClient Build(Version? version) => new DockerClientBuilder<UnixSocketTransportOptions>(
            _transport, new UnixSocketTransportOptions())
        .WithEndpoint(endpoint.Address)
        .WithTimeout(Timeout.InfiniteTimeSpan)
        .WithApiVersion(version)
        .Build();
}
