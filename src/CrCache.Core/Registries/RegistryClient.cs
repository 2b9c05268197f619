using System.Net;
using System.Net.Http.Headers;
using CrCache.Diagnostics;

namespace CrCache.Registries;

/// <summary>
/// Requests of the OCI distribution API to one repository: signing in, redirects, TLS. Failures are HttpRequestException,
/// TimeoutException and <see cref="RegistryCallException"/>, except where the user has to do something: CrCacheException.
/// </summary>
internal sealed class RegistryClient : IDisposable
{
    private const int MostHops = 5;
    private const int LongestError = 64 * 1024;
    private readonly RegistryReference _reference;
    private readonly RegistryTransport _transport;
    private readonly RegistryAuthenticator _authenticator;
    private Uri? _root;

    public RegistryClient(RegistryReference reference, string dockerDirectory)
    {
        _reference = reference;
        _transport = new RegistryTransport(reference, dockerDirectory);
        _authenticator = new RegistryAuthenticator(reference, dockerDirectory, _transport);
    }

    /// <summary>Sends a request; disposing the answer ends it.</summary>
    /// <exception cref="RegistryCallException">The registry answers with an error.</exception>
    /// <exception cref="CrCacheException">It denies access (CRC4005) or is not trusted (CRC4008).</exception>
    public async Task<HttpResponseMessage> SendAsync(RegistryRequest request, Patience patience)
    {
        _root ??= await FindRootAsync(patience).ConfigureAwait(false);
        var address = Resolve(new Uri(_root, $"{_reference.Repository}/"), request.Target);
        for (var hops = 0; hops <= MostHops; hops++)
        {
            var response = await SendSignedInAsync(request, address, patience).ConfigureAwait(false);
            if (Redirection(request, response) is not { } location)
            {
                return await AcceptAsync(response, address, patience).ConfigureAwait(false);
            }

            response.Dispose();
            address = Resolve(address, location.OriginalString);
        }

        throw new RegistryCallException(HttpStatusCode.LoopDetected, $"more than {MostHops} redirects");
    }

    /// <summary>As <see cref="SendAsync"/>, but null where there is no such thing.</summary>
    public async Task<HttpResponseMessage?> FindAsync(RegistryRequest request, Patience patience)
    {
        try
        {
            return await SendAsync(request, patience).ConfigureAwait(false);
        }
        catch (RegistryCallException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public void Dispose() => _transport.Dispose();

    // Where an upload goes on and where a redirect leads, the registry says.
    private static Uri Resolve(Uri address, string target) => Uri.TryCreate(address, target, out var resolved)
        ? resolved
        : throw new RegistryCallException(HttpStatusCode.OK, $"with an address that is none ('{target}')");

    private static Uri? Redirection(RegistryRequest request, HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect => response.Headers.Location,
        HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther when request.IsRead => response.Headers.Location,
        _ => null,
    };

    // Docker's rule: a registry on this machine may do without TLS. One whose certificate is bad does not get away with it.
    private async Task<Uri> FindRootAsync(Patience patience)
    {
        var root = new Uri($"https://{_reference.ApiHost}/v2/");
        if (_reference.IsOnThisMachine)
        {
            try
            {
                var request = new RegistryRequest(HttpMethod.Get, "");
                using var response = await SendOnceAsync(request, root, null, patience).ConfigureAwait(false);
            }
            catch (HttpRequestException)
            {
                return new Uri($"http://{_reference.ApiHost}/v2/");
            }
        }

        return root;
    }

    // Other hosts, to which a redirect or the place of an upload may lead, have no business with the credentials.
    private async Task<HttpResponseMessage> SendSignedInAsync(RegistryRequest request, Uri address, Patience patience)
    {
        if (!IsOwn(address))
        {
            return await SendOnceAsync(request, address, null, patience).ConfigureAwait(false);
        }

        var response = await SendOnceAsync(request, address, _authenticator.Header, patience).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        using (response)
        {
            await _authenticator.AnswerAsync(request, response.Headers.WwwAuthenticate, patience).ConfigureAwait(false);
        }

        return await SendOnceAsync(request, address, _authenticator.Header, patience).ConfigureAwait(false);
    }

    private bool IsOwn(Uri address) => Uri.Compare(
        address, _root, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private async Task<HttpResponseMessage> SendOnceAsync(
        RegistryRequest request, Uri address, AuthenticationHeaderValue? authorization, Patience patience)
    {
        using var message = request.ToMessage(address);
        message.Headers.Authorization = authorization;
        return await _transport.SendAsync(message, patience).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> AcceptAsync(HttpResponseMessage response, Uri address, Patience patience)
    {
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var body = await patience.WaitAsync(token => RegistryBody.ReadAsync(response, LongestError, token)).ConfigureAwait(false);
            var text = RegistryBody.ErrorText(body) is { Length: > 0 } words ? words : $"{response.StatusCode}";
            throw response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden && IsOwn(address)
                ? _authenticator.Denied(text)
                : new RegistryCallException(response.StatusCode, text, response.Headers.RetryAfter?.Delta);
        }
    }
}
