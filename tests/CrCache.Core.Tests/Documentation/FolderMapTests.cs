using System.Text.RegularExpressions;

namespace CrCache.Core.Tests.Documentation;

/// <summary>docs/how-it-works.md shows all folders of the first two levels, and no others.</summary>
public sealed partial class FolderMapTests
{
    private static readonly string[] s_mapped = ["src", "tests", "eng", "bench", "sdk-samples"];
    private static readonly string[] s_made = ["bin", "obj", "artifacts", "node_modules", "TestResults"];

    private static string Page => File.ReadAllText(Path.Combine(Repository.Root, "docs", "how-it-works.md"));

    [Fact]
    public void Each_folder_has_its_row_in_the_map_and_each_row_its_folder()
    {
        var folders = s_mapped.SelectMany(top => Folders(top).Select(name => $"{top}/{name}"));
        var rows = Page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Folder().Matches(line.Split('|')[1]).Select(match => match.Groups["path"].Value));
        Assert.Equal(folders.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    // What a build or a removed branch leaves behind is no folder of the repository.
    private static IEnumerable<string> Folders(string under) =>
        new DirectoryInfo(Path.Combine(Repository.Root, under)).EnumerateDirectories()
            .Where(folder => !s_made.Contains(folder.Name) && HasFiles(folder)).Select(folder => folder.Name);

    private static bool HasFiles(DirectoryInfo folder) =>
        folder.EnumerateFiles().Any() || folder.EnumerateDirectories().Any(child => !s_made.Contains(child.Name) && HasFiles(child));

    [GeneratedRegex("`(?<path>(?:src|tests|eng|bench|sdk-samples)/[^`/]+)`")]
    private static partial Regex Folder();
}
