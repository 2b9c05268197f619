using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CrCache.Diagnostics;
using CrCache.DockerConfiguration;

namespace CrCache.Registries;

/// <summary>Signs in to one registry with the credentials that docker has for it, or with none.</summary>
internal sealed class RegistryAuthenticator(RegistryReference reference, string dockerDirectory, RegistryTransport transport)
{
    private const string ClientId = "crcache";
    private const int LongestToken = 256 * 1024;
    private readonly SortedSet<string> _scopes = new(StringComparer.Ordinal);
    private DockerCredentials? _credentials;
    private bool _asked;

    /// <summary>What the registry accepted last, or null: most answer reading without any.</summary>
    public AuthenticationHeaderValue? Header { get; private set; }

    /// <summary>Answers a 401; <see cref="Header"/> is set, or stays as it is where there is nothing to answer with.</summary>
    /// <exception cref="CrCacheException">The token server refuses (CRC4005), or is not to be trusted (CRC4008).</exception>
    /// <exception cref="RegistryCallException">The token server fails.</exception>
    public async Task AnswerAsync(RegistryRequest request, IEnumerable<AuthenticationHeaderValue> challenges, Patience patience)
    {
        // The registry has answered, and a credential helper may take its time.
        patience.Suspend();
        if (!_asked)
        {
            _credentials = await new DockerSettings(dockerDirectory)
                .FindCredentialsAsync(reference.Host, patience.Caller).ConfigureAwait(false);
            _asked = true;
        }

        patience.Renew();
        switch (AuthenticationChallenge.Choose(challenges))
        {
            case { IsBearer: true } bearer:
                Header = new AuthenticationHeaderValue("Bearer", await GetTokenAsync(request, bearer, patience).ConfigureAwait(false));
                break;
            case { IsBearer: false } when _credentials is { IsToken: false } credentials:
                Header = Basic(credentials);
                break;
        }
    }

    /// <summary>The error of a registry, or its token server, that does not accept what it was given.</summary>
    public CrCacheException Denied(string text) => new(
        ErrorCodes.RegistryDenied,
        $"The registry {reference.Host} denies access to {reference.Repository} "
        + (_credentials is { } used ? $"with {used.Description}" : $"without credentials (there are none for it in {dockerDirectory})")
        + $": {text}. Sign in with `{DockerCredentials.LoginCommand(reference.Host)}` as a user who may.");

    private static AuthenticationHeaderValue Basic(DockerCredentials credentials) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.User}:{credentials.Secret}")));

    private async Task<string> GetTokenAsync(RegistryRequest request, AuthenticationChallenge challenge, Patience patience)
    {
        if (!Uri.TryCreate(challenge.Realm, UriKind.Absolute, out var realm))
        {
            throw Denied($"its token server has no address ('{challenge.Realm}')");
        }

        AddScopes(request, challenge);
        using var message = TokenRequest(realm, challenge.Service);
        using var response = await transport.SendAsync(message, patience).ConfigureAwait(false);
        var body = await patience.WaitAsync(token => RegistryBody.ReadAsync(response, LongestToken, token)).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
        {
            throw Denied($"the token server {realm.Authority} answers {(int)response.StatusCode} {RegistryBody.ErrorText(body)}".TrimEnd());
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new RegistryCallException(response.StatusCode, $"{RegistryBody.ErrorText(body)} (token server {realm.Authority})");
        }

        return ReadToken(body, realm) ?? throw Denied($"the token server {realm.Authority} gives no token");
    }

    private static string? ReadToken(byte[] body, Uri realm)
    {
        try
        {
            var answer = JsonSerializer.Deserialize(body, RegistryJson.Default.TokenModel);
            var token = answer?.Token ?? answer?.AccessToken;
            return token is null || token.All(character => char.IsAscii(character) && !char.IsControl(character))
                ? token
                : throw new JsonException("The token cannot stand in a header.");
        }
        catch (JsonException e)
        {
            // The page of a proxy, for instance.
            throw new RegistryCallException(HttpStatusCode.OK, $"with what is no token (token server {realm.Authority}: {e.Message})");
        }
    }

    // What the request needs, also where the challenge says less (GHCR asks a push for "pull" alone); and what earlier ones
    // needed, so that the token of an upload is not exchanged for one that may only read.
    private void AddScopes(RegistryRequest request, AuthenticationChallenge challenge)
    {
        _scopes.Add($"repository:{reference.Repository}:{(request.IsRead ? "pull" : "pull,push")}");
        _scopes.UnionWith(challenge.Scopes);
        if (request.AlsoReads is { } other)
        {
            _scopes.Add($"repository:{other}:pull");
        }
    }

    // An identity token is OAuth2's refresh token, which goes by POST; a password, or nothing, by GET, which all servers know.
    private HttpRequestMessage TokenRequest(Uri realm, string? service)
    {
        if (_credentials is { IsToken: true } identity)
        {
            return new HttpRequestMessage(HttpMethod.Post, realm)
            {
                Content = new FormUrlEncodedContent(
                [
                    new("grant_type", "refresh_token"),
                    new("refresh_token", identity.Secret),
                    new("service", service ?? reference.Host),
                    new("client_id", ClientId),
                    new("scope", string.Join(' ', _scopes)),
                ]),
            };
        }

        string[] query =
        [
            realm.Query.TrimStart('?'),
            service is null ? "" : $"service={Uri.EscapeDataString(service)}",
            $"client_id={ClientId}",
            .. _scopes.Select(scope => $"scope={Uri.EscapeDataString(scope)}"),
        ];
        var address = new UriBuilder(realm) { Query = string.Join('&', query.Where(part => part.Length > 0)) };
        var message = new HttpRequestMessage(HttpMethod.Get, address.Uri);
        message.Headers.Authorization = _credentials is { } password ? Basic(password) : null;
        return message;
    }
}
