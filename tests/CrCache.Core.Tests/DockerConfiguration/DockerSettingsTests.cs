using System.Runtime.Versioning;
using CrCache.Diagnostics;
using CrCache.DockerConfiguration;
using CrCache.Names;

namespace CrCache.Core.Tests.DockerConfiguration;

public sealed class DockerSettingsTests : IDisposable
{
    // "me:secret"
    private const string Auth = "bWU6c2VjcmV0";
    private readonly string _directory = Directory.CreateTempSubdirectory("crcache test ").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("registry.example:5000", "registry.example:5000")]
    [InlineData("registry.example:5000", "https://registry.example:5000")]
    [InlineData("registry.example:5000", "https://registry.example:5000/v1/")]
    [InlineData("registry.example:5000", "https://registry.example:5000/v2/")]
    [InlineData("registry.example:5000", "http://registry.example:5000/v2/")]
    [InlineData(ImageReference.DockerHub, "https://index.docker.io/v1/")]
    [InlineData(ImageReference.DockerHub, "https://index.docker.io/v2/")]
    [InlineData(ImageReference.DockerHub, "index.docker.io")]
    public async Task Credentials_are_kept_under_a_host_or_an_address_of_it(string host, string key)
    {
        Write($$"""{ "auths": { "other.example": {}, "{{key}}": { "auth": "{{Auth}}" } } }""");
        var found = await FindAsync(host);
        Assert.NotNull(found);
        Assert.Equal((DockerCredentials.NameOf(host), "me", "secret", false), (found.Registry, found.User, found.Secret, found.IsToken));
    }

    [Theory]
    [InlineData("registry.example", "registry.example:5000")]
    [InlineData("registry.example", "https://registry.example.org/v1/")]
    [InlineData("registry.example", "https://other.example/registry.example")]
    public async Task Those_of_another_host_are_not_taken(string host, string key)
    {
        Write($$"""{ "auths": { "{{key}}": { "auth": "{{Auth}}" } } }""");
        Assert.Null(await FindAsync(host));
    }

    [Fact]
    public async Task The_very_name_comes_before_an_address()
    {
        Write($$"""{ "auths": { "https://a.example/v1/": { "auth": "{{Auth}}" }, "a.example": { "identitytoken": "token" } } }""");
        Assert.Equal("token", (await FindAsync("a.example"))?.Secret);
    }

    [Fact]
    public async Task Without_a_configuration_there_are_none() => Assert.Null(await FindAsync("a.example"));

    [Theory]
    [InlineData("{ not json")]
    [InlineData("""{ "auths": { "a.example": { "auth": "no base64!" } } }""")]
    [InlineData("""{ "auths": { "a.example": { "auth": "bWU=" } } }""")]
    [InlineData("""{ "auths": { "a.example": { "auth": 7 } } }""")]
    [InlineData("""{ "credsStore": "no-such-helper-of-crcache" }""")]
    public async Task What_is_broken_is_an_error_that_names_the_registry(string config)
    {
        Write(config);
        var error = await Assert.ThrowsAsync<CrCacheException>(() => FindAsync("a.example"));
        Assert.Equal(ErrorCodes.NoCredentials, error.Code);
        Assert.Contains("a.example", error.Message, StringComparison.Ordinal);
    }

    // It may be the folder of somebody else's sources.
    [Requires(Need.Linux, "sh")]
    [SupportedOSPlatform("linux")]
    public async Task A_helper_in_the_current_directory_is_not_asked()
    {
        var name = $"crcache-{Guid.NewGuid():N}";
        var helper = Path.Combine(Directory.GetCurrentDirectory(), $"docker-credential-{name}");
        await File.WriteAllTextAsync(helper, """
            #!/bin/sh
            echo '{"Username":"me","Secret":"theirs"}'
            """);
        File.SetUnixFileMode(helper, (UnixFileMode)0x1ed);
        Write($$"""{ "credsStore": "{{name}}" }""");
        var error = await Assert.ThrowsAsync<CrCacheException>(() => FindAsync("a.example"));
        File.Delete(helper);
        Assert.Equal(ErrorCodes.NoCredentials, error.Code);
        Assert.Contains("not on the PATH", error.Message, StringComparison.Ordinal);
    }

    private Task<DockerCredentials?> FindAsync(string host) => new DockerSettings(_directory).FindCredentialsAsync(host, default);

    private void Write(string text) => File.WriteAllText(Path.Combine(_directory, "config.json"), text);
}
