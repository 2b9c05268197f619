using System.Net.Sockets;
using CrCache.Files;
using Docker.DotNet.Handler.Abstractions;
using Docker.DotNet.Unix;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Client;

namespace CrCache.Engines.Docker;

/// <summary>
/// What Docker.DotNet 4.3.3 does not do by itself, all of it below its HTTP: it is its own handler for unix sockets that speaks here.
/// Its factory for them takes paths of 91 bytes at most, where the system takes 107; keeps a proxy of the environment before the
/// socket; hides the API version that an engine offers with each answer; and gives a call up when a body cannot be sent to its end,
/// though an engine that refuses a body has said why before it stopped reading.
/// </summary>
internal sealed class EngineTransport : IDockerHandlerFactory<UnixSocketTransportOptions>
{
    /// <summary>The API version that the engine offered last, or null.</summary>
    public string? OfferedVersion { get; private set; }

    public ResolvedTransport CreateHandler(ResolvedClientOptions clientOptions, ILogger logger)
    {
        var path = clientOptions.Endpoint.LocalPath;
        var handler = new ManagedHandler(async (_, _, token) => await ConnectAsync(path, token).ConfigureAwait(false), logger)
        {
            UseProxy = false,
        };
        return new ResolvedTransport(new VersionReader(this, handler), new Uri("http://engine"));
    }

    public ResolvedTransport CreateHandler(
        UnixSocketTransportOptions transportOptions, ResolvedClientOptions clientOptions, ILogger logger) =>
        CreateHandler(clientOptions, logger);

    public Task<WriteClosableStream> HijackStreamAsync(HttpContent content) => DockerHandlerFactory.Instance.HijackStreamAsync(content);

    private static async Task<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new Connection(new NetworkStream(socket, ownsSocket: true));
        }
        catch (ArgumentOutOfRangeException)
        {
            // A path that is longer than the system allows.
            socket.Dispose();
            throw new SocketException((int)SocketError.AddressNotAvailable);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class VersionReader(EngineTransport transport, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.Headers.TryGetValues("Api-Version", out var versions))
            {
                transport.OfferedVersion = versions.FirstOrDefault();
            }

            return response;
        }
    }

    // After a write that failed the rest of the body goes nowhere, and what the engine has answered is read.
    private sealed class Connection(Stream inner) : ReadingStream
    {
        private IOException? _refused;

        public override bool CanWrite => true;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var length = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return length == 0 && _refused is not null ? throw _refused : length;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                if (_refused is null)
                {
                    await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (IOException e)
            {
                _refused = e;
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
