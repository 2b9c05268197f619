using CrCache.Registries;

namespace CrCache.Core.Tests.Registries;

public sealed class AuthenticationChallengeTests
{
    [Fact]
    public void A_bearer_challenge_is_read_with_its_scopes_and_comes_before_a_password()
    {
        const string Bearer = """Bearer realm="https://auth.example/token?a=b",service="registry.example","""
            + "scope=\"repository:team/a:pull,push repository:b:pull\" ";
        var challenge = Read($"""Basic realm="x", {Bearer}""");
        Assert.Equal(
            (true, "https://auth.example/token?a=b", "registry.example"), (challenge!.IsBearer, challenge.Realm, challenge.Service));
        Assert.Equal(["repository:team/a:pull,push", "repository:b:pull"], challenge.Scopes);
    }

    [Theory]
    [InlineData("""Bearer realm="a \"quoted\" realm" """, """a "quoted" realm""")]
    [InlineData("bearer REALM=https://auth.example/t", "https://auth.example/t")]
    [InlineData("Bearer service=\"s\"", null)]
    public void Its_realm_may_be_written_in_several_ways(string header, string? realm) => Assert.Equal(realm, Read(header)?.Realm);

    [Fact]
    public void A_password_is_wanted_by_Basic() => Assert.False(Read("Basic realm=\"x\"")!.IsBearer);

    [Theory]
    [InlineData("Negotiate")]
    [InlineData("Digest realm=\"x\"")]
    public void Others_are_not_known(string header) => Assert.Null(Read(header));

    // As HttpClient reads them from an answer.
    private static AuthenticationChallenge? Read(string header)
    {
        using var answer = new HttpResponseMessage();
        answer.Headers.TryAddWithoutValidation("WWW-Authenticate", header);
        return AuthenticationChallenge.Choose(answer.Headers.WwwAuthenticate);
    }
}
