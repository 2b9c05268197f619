using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Web;

namespace CrCache.Engine.Tests;

/// <summary>A token server as a registry's token authentication wants it: signed tokens for whoever knows the password.</summary>
internal sealed class TokenServer : IDisposable
{
    public const string IdentityToken = "an identity token";
    private const string Issuer = "CrCache tests";
    private readonly TestAuthority _authority;
    private readonly X509Certificate2 _certificate;
    private readonly SmallWebServer _web;
    private readonly ConcurrentQueue<string> _grants = [];

    public TokenServer(TestAuthority authority)
    {
        _authority = authority;
        _certificate = authority.Issue();
        _web = new SmallWebServer(Answer);
    }

    /// <summary>What each token was given for: <c>password</c> or <c>identity token</c>.</summary>
    public IReadOnlyCollection<string> Grants => _grants;

    /// <summary>The registry's settings.</summary>
    /// <param name="path">Where to write the authority's certificate.</param>
    public object RegistrySettings(string path)
    {
        File.WriteAllText(path, _authority.Pem);
        return new { realm = $"{_web.Address}/token", service = "tests", issuer = Issuer, rootcertbundle = path };
    }

    public void Dispose()
    {
        _web.Dispose();
        _certificate.Dispose();
    }

    private byte[]? Answer(HttpListenerRequest request)
    {
        using var reader = new StreamReader(request.InputStream);
        var form = HttpUtility.ParseQueryString(request.HttpMethod == "POST" ? reader.ReadToEnd() : request.Url!.Query);
        var isToken = form["grant_type"] == "refresh_token" && form["refresh_token"] == IdentityToken;
        var password = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{RegistryServer.User}:{RegistryServer.Password}"))}";
        if (form["service"] != "tests" || !(isToken || request.Headers["Authorization"] == password))
        {
            return null;
        }

        _grants.Enqueue(isToken ? "identity token" : "password");
        var scopes = isToken ? form["scope"]!.Split(' ') : form.GetValues("scope")!;
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { [isToken ? "access_token" : "token"] = Sign(scopes) });
    }

    // Exactly what was asked for is granted.
    private string Sign(IEnumerable<string> scopes)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var access = scopes.Select(scope => scope.Split(':'))
            .Select(parts => new { type = parts[0], name = parts[1], actions = parts[2].Split(',') });
        var text = $"{Part(new { typ = "JWT", alg = "ES256", x5c = new[] { Convert.ToBase64String(_certificate.RawData) } })}."
            + Part(new
            {
                iss = Issuer,
                sub = RegistryServer.User,
                aud = "tests",
                exp = now + 60,
                nbf = now - 10,
                iat = now,
                jti = Guid.NewGuid().ToString(),
                access,
            });
        using var key = _certificate.GetECDsaPrivateKey()!;
        return $"{text}.{Encode(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    private static string Part(object content) => Encode(JsonSerializer.SerializeToUtf8Bytes(content));

    private static string Encode(byte[] content) => Convert.ToBase64String(content).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
