using CrCache.Compatibility;
using NuGet.Versioning;

namespace CrCache.Core.Tests.Compatibility;

public sealed class CompatibilityTests
{
    private const string Begin =
        "<!-- versions: the table of src/CrCache.Core/Compatibility/compatibility.json, held against it by a test -->";
    private const string End = "<!-- /versions -->";
    private readonly CompatibilityTable _table = CompatibilityTable.Load();

    [Theory]
    [InlineData("20.10.24+dfsg1", "20.10.24")]
    [InlineData("4.2.1-1", "4.2.1")]
    [InlineData("1:28.5.2~ds1-2", "28.5.2")]
    [InlineData("28.5.2+dfsg4", "28.5.2")]
    [InlineData("1.1.5+ds1", "1.1.5")]
    [InlineData("v1.3.6", "1.3.6")]
    [InlineData("4.2", "4.2.0")]
    [InlineData("6.18.44-fc-v657", "6.18.44")]
    [InlineData("6.1.0-28-amd64", "6.1.0")]
    [InlineData("5.15.167.4-microsoft-standard-WSL2", "5.15.167.4")]
    [InlineData("6.18.0-rc3", "6.18.0-rc3")]
    [InlineData("1.4.0~rc1", "1.4.0-rc1")]
    public void Versions_of_distributions_are_those_of_the_project(string text, string expected) =>
        Assert.Equal(NuGetVersion.Parse(expected), ComponentVersion.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("unknown")]
    [InlineData("dev")]
    public void What_is_no_version_is_none(string? text) => Assert.Null(ComponentVersion.Parse(text));

    [Theory]
    [InlineData("docker", "19.03.15", "6.18.44", Verdict.Fails)]
    [InlineData("docker", "20.10.24+dfsg1", "6.18.44", Verdict.Works)]
    [InlineData("docker", "24.0.7", "6.18.44", Verdict.Untested)]
    [InlineData("docker", "28.5.2+dfsg4", "6.18.44", Verdict.Works)]
    [InlineData("docker", "29.0.0", "6.18.44", Verdict.Untested)]
    [InlineData("podman", "5.8.6", "6.18.44", Verdict.Untested)]
    [InlineData("runc", "1.3.6+ds1", "6.18.44", Verdict.Works)]
    [InlineData("criu", "4.2.1", "6.18.44", Verdict.Works)]
    [InlineData("criu", "4.1.1", "6.18.44", Verdict.Fails)]
    [InlineData("criu", "4.1.1", "6.17.0-5-generic", Verdict.Fails)]
    [InlineData("criu", "4.1.1", "6.1.0-28-amd64", Verdict.Untested)]
    [InlineData("criu", null, "6.18.44", Verdict.Fails)]
    [InlineData("kernel", "6.12.48", "6.12.48", Verdict.Untested)]
    [InlineData("kernel", "6.18.44-fc-v657", "6.18.44-fc-v657", Verdict.Works)]
    public void The_first_row_that_holds_a_version_decides(string component, string? version, string kernel, Verdict expected)
    {
        var versions = new Dictionary<string, string?> { [component] = version };
        versions.TryAdd(ComponentNames.Kernel, kernel);
        Assert.Equal(expected, _table.Assess(versions)[0].Verdict);
    }

    [Fact]
    public void What_fails_says_what_to_do() =>
        Assert.All(_table.Rows.Where(row => row.Verdict == Verdict.Fails), row => Assert.NotNull(row.Advice));

    [Fact]
    public void Every_row_is_of_a_known_component_and_its_ranges_can_be_read()
    {
        var known = typeof(ComponentNames).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToArray();
        Assert.All(_table.Rows, row =>
        {
            Assert.Contains(row.Component, known);
            VersionRange.Parse(row.Range);
            VersionRange.Parse(row.Kernel ?? "(, )");
        });
    }

    [Fact]
    public void The_README_shows_the_table()
    {
        var readme = File.ReadAllText(Repository.In("README.md")).ReplaceLineEndings("\n");
        var expected = "| | versions | | why |\n|---|---|---|---|\n" + string.Concat(_table.Rows.Select(Row));
        var begin = readme.IndexOf(Begin, StringComparison.Ordinal);
        var end = readme.IndexOf(End, StringComparison.Ordinal);
        Assert.True(begin >= 0 && end > begin, "README.md lacks the markers of the table");
        Assert.Equal(expected, readme[(begin + Begin.Length + 1)..end]);
    }

    private static string Row(CompatibilityRow row)
    {
        var kernel = row.Kernel is null ? "" : $" on kernel `{row.Kernel}`";
        var advice = row.Advice is null ? "" : $"; {row.Advice}";
        return $"| {row.Component} | `{row.Range}`{kernel} | {row.Verdict.ToString().ToLowerInvariant()} | {row.Reason}{advice} |\n";
    }
}
