using CrCache.Diagnostics;
using CrCache.Registries;

namespace CrCache.Core.Tests;

public sealed class RegistryReferenceTests
{
    [Theory]
    [InlineData("registry.example/checkpoints", "registry.example", "checkpoints")]
    [InlineData("registry.example:5000/team/check_points", "registry.example:5000", "team/check_points")]
    [InlineData("localhost/a", "localhost", "a")]
    [InlineData("registry:5000/a--b/c__d.e", "registry:5000", "a--b/c__d.e")]
    [InlineData("[::1]:5000/a", "[::1]:5000", "a")]
    [InlineData("docker.io/user/a", "docker.io", "user/a")]
    public void Host_and_repository_are_read(string text, string host, string repository)
    {
        var reference = RegistryReference.Parse(text);
        Assert.Equal((host, repository, text), (reference.Host, reference.Repository, reference.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("registry.example")]
    [InlineData("registry.example/")]
    [InlineData("team/checkpoints")]
    [InlineData("https://registry.example/a")]
    [InlineData("registry.example/a:tag")]
    [InlineData("registry.example/a@sha256:0")]
    [InlineData("registry.example/Team/a")]
    [InlineData("registry.example/../a")]
    [InlineData("registry.example/a//b")]
    [InlineData("registry.example/a?b")]
    [InlineData("user@registry.example/a")]
    [InlineData("registry.example/a\n")]
    [InlineData("registry.example:65536/a")]
    [InlineData("[::::]/a")]
    public void What_is_of_another_form_is_an_error(string text) =>
        Assert.Equal(ErrorCodes.BadRegistry, Assert.Throws<CrCacheException>(() => RegistryReference.Parse(text)).Code);

    [Theory]
    [InlineData("http://localhost:5000/", true)]
    [InlineData("http://127.0.0.1/", true)]
    [InlineData("http://127.1.2.3/", true)]
    [InlineData("http://[::1]:5000/", true)]
    [InlineData("http://localhost.example/", false)]
    [InlineData("http://127.0.0.1.example/", false)]
    [InlineData("http://10.0.0.1/", false)]
    public void Only_this_machine_may_do_without_TLS(string address, bool may) =>
        Assert.Equal(may, RegistryReference.IsLoopback(new Uri(address)));
}
