using CrCache.Names;

namespace CrCache.Core.Tests.Names;

public sealed class ImageReferenceTests
{
    private const string Digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("mysql", ImageReference.DockerHub, "mysql", "mysql", "")]
    [InlineData("mysql:9", ImageReference.DockerHub, "mysql", "mysql", "9")]
    [InlineData("library/mysql", ImageReference.DockerHub, "library/mysql", "library/mysql", "")]
    [InlineData("docker.io/library/mysql:9", ImageReference.DockerHub, "library/mysql", "docker.io/library/mysql", "9")]
    [InlineData("index.docker.io/library/mysql", ImageReference.DockerHub, "library/mysql", "index.docker.io/library/mysql", "")]
    [InlineData("localhost/mysql", "localhost", "mysql", "localhost/mysql", "")]
    [InlineData("localhost:5000/mysql", "localhost:5000", "mysql", "localhost:5000/mysql", "")]
    [InlineData("registry.example:5000/team/mysql:9", "registry.example:5000", "team/mysql", "registry.example:5000/team/mysql", "9")]
    [InlineData("registry.example/mysql@" + Digest, "registry.example", "mysql", "registry.example/mysql", "@" + Digest)]
    [InlineData("registry:5000/mysql:9@" + Digest, "registry:5000", "mysql", "registry:5000/mysql", "9@" + Digest)]
    [InlineData("[::1]:5000/mysql", "[::1]:5000", "mysql", "[::1]:5000/mysql", "")]
    [InlineData("Team/mysql", "Team", "mysql", "Team/mysql", "")]
    public void A_name_is_taken_apart(string text, string registry, string repository, string name, string version)
    {
        var image = ImageReference.Parse(text);
        Assert.Equal(
            (registry, repository, name, version, text),
            (image.Registry, image.Repository, image.Name, VersionOf(image), image.ToString()));
    }

    [Theory]
    [InlineData("mysql", "mysql:latest")]
    [InlineData("registry:5000/mysql", "registry:5000/mysql:latest")]
    [InlineData("mysql:9", "mysql:9")]
    [InlineData("mysql@" + Digest, "mysql@" + Digest)]
    public void Without_tag_and_digest_the_latest_is_meant(string text, string whole) =>
        Assert.Equal(whole, ImageReference.Parse(text).OrLatest().ToString());

    private static string VersionOf(ImageReference image) => image.Tag + (image.Digest is null ? "" : "@" + image.Digest);
}
