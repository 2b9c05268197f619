using CrCache.Cli.Commands;
using CrCache.Installed;

namespace CrCache.Cli.Tests;

public sealed class RemoveCommandTests
{
    private static readonly InstalledCheckpoint[] Installed =
    [
        Of('a', "registry.example:5000/team/mysql:9"), Of('b', "registry.example:5000/team/redis:8"), Of('c', "mysql:9"),
    ];

    [Theory]
    [InlineData("registry.example:5000/team/mysql", 'a')]
    [InlineData("registry.example:5000/team/redis:8", 'b')]
    [InlineData("mysql", 'c')]
    public void An_image_is_meant_with_and_without_its_tag_and_a_port_is_no_tag(string name, char key) =>
        Assert.Equal([new string(key, 64)], RemoveCommand.Find(Installed, name).Select(checkpoint => checkpoint.Key));

    private static InstalledCheckpoint Of(char key, string image) =>
        new() { Key = new string(key, 64), EngineId = "engine", Image = image, Created = default, ColdSeconds = 1 };
}
