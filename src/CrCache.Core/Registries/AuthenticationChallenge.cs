using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace CrCache.Registries;

/// <summary>How a registry wants to be signed in to: the header WWW-Authenticate of a 401.</summary>
/// <param name="IsBearer">True where a token is to be had from a token server; else it is user and password.</param>
/// <param name="Realm">The token server's address.</param>
/// <param name="Service">What the token is for.</param>
/// <param name="Scopes">What the token has to allow, for instance <c>repository:team/checkpoints:pull</c>.</param>
internal sealed partial record AuthenticationChallenge(bool IsBearer, string? Realm, string? Service, IReadOnlyList<string> Scopes)
{
    /// <summary>The challenge to answer, tokens before passwords; null where there is none that is known.</summary>
    public static AuthenticationChallenge? Choose(IEnumerable<AuthenticationHeaderValue> challenges)
    {
        AuthenticationChallenge? basic = null;
        foreach (var challenge in challenges)
        {
            if (challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            {
                string? realm = null, service = null, scope = null;
                foreach (Match parameter in Parameter().Matches(challenge.Parameter ?? ""))
                {
                    var value = Escape().Replace(parameter.Groups["quoted"].Value, "$1") + parameter.Groups["plain"].Value;
                    switch (parameter.Groups["name"].Value.ToLowerInvariant())
                    {
                        case "realm": realm = value; break;
                        case "service": service = value; break;
                        case "scope": scope = value; break;
                    }
                }

                return new AuthenticationChallenge(true, realm, service, scope?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? []);
            }

            if (challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            {
                basic ??= new AuthenticationChallenge(false, null, null, []);
            }
        }

        return basic;
    }

    [GeneratedRegex("""(?<name>[A-Za-z0-9_-]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^\s,"]+))""")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
