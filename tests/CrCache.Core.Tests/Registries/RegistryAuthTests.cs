using CrCache.Engines.Docker;
using CrCache.Registries;

namespace CrCache.Core.Tests.Registries;

public sealed class RegistryAuthTests
{
    [Theory]
    [InlineData("mysql:9", DockerCredentials.DockerHub)]
    [InlineData("library/mysql", DockerCredentials.DockerHub)]
    [InlineData("localhost/mysql", "localhost")]
    [InlineData("registry.example:5000/team/mysql:9", "registry.example:5000")]
    [InlineData("registry.example/mysql@sha256:0", "registry.example")]
    public void The_registry_is_read_from_the_images_name(string image, string registry) =>
        Assert.Equal(registry, RegistryAuthHeader.RegistryOf(image));
}
