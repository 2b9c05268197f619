namespace CrCache.Sdk.Tests;

/// <summary>
/// The ways to bring the SDK into a project; the samples themselves use <c>Sdk="…;CrCache.Sdk/VERSION"</c> and global.json.
/// </summary>
[Collection(SamplesGroup.Name)]
public sealed class FormTests(SamplesFixture samples)
{
    private const string Item = "<ContainerCheckpoint Include=\"mysql\" />";

    private string SdkAttribute => $";CrCache.Sdk/{samples.Version}";

    private string SdkElement => $"<Sdk Name=\"CrCache.Sdk\" Version=\"{samples.Version}\" />";

    [Requires(Need.Engine)]
    public async Task An_Sdk_element()
    {
        var sample = samples.CopyQuickstart("element", project => Without(SdkAttribute, project)
            .Replace("<Project Sdk=\"Microsoft.NET.Sdk\">", $"<Project Sdk=\"Microsoft.NET.Sdk\">{SdkElement}", StringComparison.Ordinal));
        await WorksAsync(sample);
    }

    [Requires(Need.Engine)]
    public async Task Sdk_and_item_in_Directory_Build_props()
    {
        var sample = samples.CopyQuickstart("props", project => Without(Item, Without(SdkAttribute, project)));
        File.WriteAllText(Path.Combine(sample.Directory, "Directory.Build.props"), $"""
            <Project>
              {SdkElement}
              <Import Project="../Directory.Build.props" />
              <ItemGroup>{Item}</ItemGroup>
            </Project>
            """);
        await WorksAsync(sample);
    }

    [Requires(Need.Engine)]
    public async Task A_package_reference_with_central_package_management()
    {
        var versions = "";
        var sample = samples.CopyQuickstart("central", project =>
        {
            var references = Without(SdkAttribute, project)
                .Replace(
                    "<PackageReference Include=\"xunit\"",
                    $"<PackageReference Include=\"CrCache.Sdk\" Version=\"{samples.Version}\" />\n<PackageReference Include=\"xunit\"",
                    StringComparison.Ordinal)
                .Split('\n');
            versions = string.Join('\n', references.Where(line => line.Contains("<PackageReference", StringComparison.Ordinal)))
                .Replace("<PackageReference", "<PackageVersion", StringComparison.Ordinal);
            return string.Join(
                '\n',
                references.Select(line => line.Contains(
                    "<PackageReference",
                    StringComparison.Ordinal) ? line[..line.IndexOf(" Version=", StringComparison.Ordinal)] + " />" : line));
        });
        File.WriteAllText(Path.Combine(sample.Directory, "Directory.Packages.props"), $"""
            <Project>
              <PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup>
              <ItemGroup>{versions}</ItemGroup>
            </Project>
            """);
        await WorksAsync(sample);
    }

    [Requires(Need.Engine)]
    public async Task A_package_reference_and_several_frameworks()
    {
        var sample = samples.CopyQuickstart("package reference", project => WithSeveralFrameworks(Without(SdkAttribute, project))
            .Replace(
                "<PackageReference Include=\"xunit\"",
                $"<PackageReference Include=\"CrCache.Sdk\" Version=\"{samples.Version}\" /><PackageReference Include=\"xunit\"",
                StringComparison.Ordinal));
        await WorksTwiceAsync(sample);
    }

    [Requires(Need.Engine)]
    public async Task The_Sdk_and_several_frameworks() =>
        await WorksTwiceAsync(samples.CopyQuickstart("frameworks of one", WithSeveralFrameworks));

    private static string WithSeveralFrameworks(string project) => project.Replace(
        "<TargetFramework>net10.0</TargetFramework>",
        "<TargetFrameworks>net10.0;net9.0</TargetFrameworks><RollForward>Major</RollForward>",
        StringComparison.Ordinal);

    private static async Task WorksTwiceAsync(Sample sample) =>
        (await sample.RunAsync("test")).Succeeded().Says(2, "CrCache: mysql: checkpoint ").Says(2, "Passed:     5,");

    private static async Task WorksAsync(Sample sample) =>
        (await sample.RunAsync("test")).Succeeded().Says("CrCache: mysql: checkpoint ").Says("Passed:     5,");

    // One that is not there any more would make a test of nothing.
    private static string Without(string text, string project)
    {
        Assert.Contains(text, project, StringComparison.Ordinal);
        return project.Replace(text, "", StringComparison.Ordinal);
    }
}
