using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CrCache.Sdk.Tests;

/// <summary>What the package says of itself and carries beside its parts.</summary>
[Collection(SamplesGroup.Name)]
public sealed partial class PackageTests(SamplesFixture samples)
{
    [Fact]
    public void It_says_its_licence_and_what_is_new_and_has_an_icon()
    {
        using var package = ZipFile.OpenRead(samples.Package);
        var metadata = Nuspec(package);
        Assert.Equal("MIT", metadata["license"]);
        Assert.Equal("README.md", metadata["readme"]);
        Assert.NotNull(package.GetEntry(metadata["icon"]));
        Assert.Equal(ReleaseNotes().Match(InRepository("CHANGELOG.md")).Value.Trim(), metadata["releaseNotes"].Trim());
    }

    [Theory]
    [InlineData("LICENSE")]
    [InlineData("THIRD-PARTY-NOTICES")]
    public void It_carries(string file)
    {
        using var package = ZipFile.OpenRead(samples.Package);
        Assert.Equal(InRepository(file), Read(package, file));
    }

    [Fact]
    public void Each_package_that_it_ships_is_in_the_notices_with_its_licence_and_no_other()
    {
        using var package = ZipFile.OpenRead(samples.Package);
        using var dependencies = JsonDocument.Parse(Read(package, "tools/crcache.deps.json"));
        var shipped = dependencies.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package")
            .Select(library => (Name: library.Name.Split('/')[0], Licence: Licence(library.Value.GetProperty("path").GetString()!)));
        var noticed = Row().Matches(InRepository("THIRD-PARTY-NOTICES"))
            .Select(row => (Name: row.Groups["name"].Value, Licence: row.Groups["licence"].Value));
        Assert.Equal(shipped.Order(), noticed.Order());
    }

    [Fact]
    public void The_symbols_of_each_assembly_of_ours_are_there()
    {
        using var package = ZipFile.OpenRead(samples.Package);
        var files = package.Entries.Select(entry => entry.FullName).ToHashSet();
        var ours = files.Where(file => Ours().IsMatch(file)).ToArray();
        Assert.Equal(4, ours.Length);
        Assert.All(ours, assembly => Assert.Contains(Path.ChangeExtension(assembly, ".pdb"), files));
    }

    // As the package that was restored says; where it has a file of its own, that one is of SQLite's.
    private static string Licence(string path)
    {
        var name = path.Split('/')[0];
        using var package = File.OpenRead(Path.Combine(SamplesFixture.PackagesFolder, path, $"{name}.nuspec"));
        var licence = XDocument.Load(package).Descendants().Single(element => element.Name.LocalName == "license");
        return licence.Attribute("type")!.Value == "expression" ? licence.Value : "Public domain";
    }

    private static Dictionary<string, string> Nuspec(ZipArchive package)
    {
        var text = XDocument.Parse(Read(package, "CrCache.Sdk.nuspec"));
        return text.Root!.Elements().Single().Elements().Where(element => !element.HasElements)
            .ToDictionary(element => element.Name.LocalName, element => element.Value);
    }

    private static string Read(ZipArchive package, string file)
    {
        using var reader = new StreamReader(package.GetEntry(file)!.Open());
        return reader.ReadToEnd();
    }

    private static string InRepository(string file) => File.ReadAllText(Repository.In(file));

    [GeneratedRegex(@"(?<=\n## \[0\.1\.0\][^\n]*\n).*?(?=\n## |$)", RegexOptions.Singleline)]
    private static partial Regex ReleaseNotes();

    [GeneratedRegex(@"^(?<name>[\w.]+) {2,}(?<licence>MIT|Apache-2\.0|Public domain) {2,}\S", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"/(?:crcache|CrCache\.[\w.]+)\.dll$")]
    private static partial Regex Ours();
}
