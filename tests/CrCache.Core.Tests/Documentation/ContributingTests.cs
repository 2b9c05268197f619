using System.Text.RegularExpressions;

namespace CrCache.Core.Tests.Documentation;

/// <summary>What those who join read at the repository's root.</summary>
public sealed partial class ContributingTests
{
    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("SECURITY.md")]
    [InlineData("docs/how-it-works.md")]
    public void Files_and_folders_that_are_named_exist(string page)
    {
        var named = Named().Matches(Read(page)).Select(match => match.Groups["path"].Value).ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), path));
    }

    [Fact]
    public void The_changelog_has_a_section_for_what_is_to_come_and_for_this_version()
    {
        var version = Version().Match(Read("Directory.Build.props")).Groups["version"].Value;
        var sections = Section().Matches(Read("CHANGELOG.md")).Select(match => match.Groups["name"].Value).ToArray();
        Assert.Equal("Unreleased", sections[0]);
        Assert.Contains(version, sections);
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, page));

    // A file of the root, or a path below a folder of it that is no pattern and not made by a build.
    [GeneratedRegex(@"[`(](?<path>(?:src|tests|eng|bench|sdk-samples|docs)/[\w./-]+|[A-Z][\w.-]+\.(?:md|props|sln)|global\.json)[`)]")]
    private static partial Regex Named();

    [GeneratedRegex("<Version>(?<version>[^<]+)</Version>")]
    private static partial Regex Version();

    [GeneratedRegex(@"^## \[(?<name>[^\]]+)\]", RegexOptions.Multiline)]
    private static partial Regex Section();
}
