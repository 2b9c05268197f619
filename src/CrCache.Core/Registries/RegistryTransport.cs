using System.Net.Http.Headers;
using CrCache.Diagnostics;

namespace CrCache.Registries;

/// <summary>
/// The connections to a registry, its token server and where its redirects lead: always TLS, unless both the registry and where
/// it leads to are this machine. Another's registry could have a password sent to whoever listens on a port here.
/// </summary>
internal sealed class RegistryTransport : IDisposable
{
    // Where there are several addresses, or a proxy; what the caller has patience for is usually less.
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(15);
    private readonly RegistryReference _reference;
    private readonly RegistryTrust _trust;
    private readonly HttpClient _http;

    public RegistryTransport(RegistryReference reference, string dockerDirectory)
    {
        _reference = reference;
        _trust = new RegistryTrust(reference, dockerDirectory);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = ConnectLimit };
        handler.SslOptions.RemoteCertificateValidationCallback = _trust.Validate;
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var version = typeof(RegistryTransport).Assembly.GetName().Version?.ToString(3);
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("crcache", version));
    }

    /// <summary>Sends a message and waits for the headers of the answer, whatever its status.</summary>
    /// <exception cref="HttpRequestException">Nobody answers.</exception>
    /// <exception cref="TimeoutException">Nobody answers in time.</exception>
    /// <exception cref="CrCacheException">It is not to be trusted (CRC4008).</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, Patience patience)
    {
        var address = message.RequestUri!;
        if (address.Scheme != Uri.UriSchemeHttps && !MayBePlain(address))
        {
            throw new CrCacheException(
                ErrorCodes.RegistryNotTrusted,
                $"The registry {_reference.Host} leads to {address.GetLeftPart(UriPartial.Authority)}, which is not HTTPS. "
                + "Only a registry on this machine may do without, and only on this machine.");
        }

        try
        {
            return await patience
                .WaitAsync(token => _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, token)).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.InnerException is CrCacheException untrusted)
        {
            // What the question for the certificate threw comes wrapped.
            throw new CrCacheException(untrusted.Code, untrusted.Message, e);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _trust.Dispose();
    }

    private bool MayBePlain(Uri address) =>
        address.Scheme == Uri.UriSchemeHttp && RegistryReference.IsLoopback(address) && _reference.IsOnThisMachine;
}
