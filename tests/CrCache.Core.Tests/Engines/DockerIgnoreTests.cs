using CrCache.Engines.Docker;

namespace CrCache.Core.Tests.Engines;

public sealed class DockerIgnoreTests
{
    private static readonly DockerIgnore Ignore = new(["# comment", "", "bin", "**/*.log", "!keep.log", "/docs/*.md"]);

    [Theory]
    [InlineData("bin/app.dll", true)]
    [InlineData("src/bin/app.dll", false)]
    [InlineData("a/b/x.log", true)]
    [InlineData("x.log", true)]
    [InlineData("keep.log", false)]
    [InlineData("docs/a.md", true)]
    [InlineData("docs/deep/a.md", false)]
    [InlineData("Dockerfile", false)]
    public void The_last_pattern_that_matches_decides(string path, bool ignored) => Assert.Equal(ignored, Ignore.Ignores(path));
}
