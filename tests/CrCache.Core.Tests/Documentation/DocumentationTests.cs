using System.Text.RegularExpressions;
using CrCache.Presets;

namespace CrCache.Core.Tests.Documentation;

/// <summary>What the documentation shows is what the samples hold, and those are run by the end-to-end tests.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Pages => new(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md")
            .Append(Path.Combine(Repository.Root, "README.md"))
            .Order(StringComparer.Ordinal)
            .Select(path => Path.GetRelativePath(Repository.Root, path)));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Snippets_are_taken_from_the_files_that_they_name(string page)
    {
        foreach (Match snippet in Snippet().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))))
        {
            var source = snippet.Groups["source"].Value;
            Assert.True(source.Length > 0, $"{page}: the snippet does not say which file it is from:\n{snippet.Value}");
            var text = Unindented(snippet.Groups["text"].Value);
            Assert.True(
                Unindented(File.ReadAllText(Path.Combine(Repository.Root, source))).Contains(text, StringComparison.Ordinal),
                $"{page}: not in {source}:\n{text}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_to_files_that_exist(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        foreach (Match link in Link().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))))
        {
            var target = Path.Combine(folder, link.Groups["target"].Value);
            Assert.True(Path.Exists(target), $"{page}: {link.Value}");
        }
    }

    [Fact]
    public void The_table_of_presets_is_that_of_the_presets()
    {
        var expected = PresetCatalog.Names.Select(name => PresetCatalog.Find(name, "/")!)
            .Zip(PresetCatalog.Names, (preset, name) => $"| `{name}` | `{preset.Image}` | {(preset.Tried ? "" : "not tried ")}|");
        var shown = File.ReadLines(Path.Combine(Repository.Root, "docs", "presets.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        Assert.Equal(expected.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }

    // A sample's indentation depends on where the snippet stands.
    private static string Unindented(string text) => string.Join('\n', text.Trim().Split('\n').Select(line => line.Trim()));

    [GeneratedRegex(
        """(?:<!-- from (?<source>\S+) -->\n)?```(?:xml|csharp|json|sh|yaml|sql|js)\n(?<text>.*?)\n```""", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex("""\]\((?<target>(?!https?:|#)[^)#]+)[^)]*\)""")]
    private static partial Regex Link();
}
