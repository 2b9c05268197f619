using System.Globalization;
using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;

namespace CrCache.Sdk.Tests;

/// <summary>
/// The packed SDK and a copy of the samples that uses it, in a directory with a space in its name. The package has a version of
/// its own, so that NuGet takes this one and no other. The store is one of its own as well: what an earlier run has made is not
/// found, and nothing stays.
/// </summary>
#pragma warning disable CA1001 // What it owns is disposed of by IAsyncLifetime's method.
public sealed class SamplesFixture : IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly string _root = Directory.CreateTempSubdirectory("crcache sdk ").FullName;
    private readonly Machine _machine = new();
    private readonly string _version = $"0.0.1-test.{DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The package's version.</summary>
    internal string Version => _version;

    /// <summary>The package itself.</summary>
    internal string Package => Path.Combine(Feed, $"CrCache.Sdk.{_version}.nupkg");

    /// <summary>The sample of one project; the probe is one of its source files.</summary>
    internal Sample Quickstart { get; private set; } = null!;

    /// <summary>The sample of one project each with NUnit and MSTest.</summary>
    internal string Frameworks => Path.Combine(Samples, "frameworks");

    /// <summary>Where the SDK that runs us is.</summary>
    internal static string SdkDirectory { get; } = typeof(SamplesFixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "SdkDirectory").Value!;

    /// <summary>Where NuGet unpacks what is restored.</summary>
    internal static string PackagesFolder => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The sample of four test projects.</summary>
    internal string Parallel => Path.Combine(Samples, "parallel");

    /// <summary>The sample of everything that an item can say.</summary>
    internal string Shop => Path.Combine(Samples, "shop");

    private string Feed => Path.Combine(_root, "feed");

    private string Samples => Path.Combine(_root, "samples");

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        // For all that is started from here.
        Environment.SetEnvironmentVariable("CRCACHE_HOME", _machine.Home);
        Environment.SetEnvironmentVariable("CRCACHE_REGISTRY_KEY", TestStore.TeamKey);
        var project = Repository.In("src", "CrCache.Sdk", "CrCache.Sdk.csproj");
        (await DotNet.RunAsync(
            Repository.Root, "pack", project, "--no-build", "-c", Repository.Configuration, $"-p:PackageVersion={_version}", "-o", Feed))
            .Succeeded();
        Copy(Repository.In("sdk-samples"), Samples);
        UseFeed(Path.Combine(Samples, "nuget.config"));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Probe", "ProbeTests.cs"), Path.Combine(Samples, "quickstart", "ProbeTests.cs"));
        Quickstart = new Sample(Path.Combine(Samples, "quickstart"), "Quickstart");
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await _machine.DisposeAsync();
        Directory.Delete(_root, recursive: true);
        var unpacked = Path.Combine(PackagesFolder, "crcache.sdk", _version);
        if (Directory.Exists(unpacked))
        {
            Directory.Delete(unpacked, recursive: true);
        }
    }

    /// <summary>Another copy of the quickstart, not yet built.</summary>
    internal Sample CopyQuickstart(string name, Func<string, string> changeProject)
    {
        var copy = new Sample(Path.Combine(Samples, name), "Quickstart");
        Copy(Quickstart.Directory, copy.Directory);
        copy.ChangeProject(changeProject);
        return copy;
    }

    /// <summary>Another copy of the four projects, not yet built.</summary>
    internal string CopyParallel(string name)
    {
        var copy = Path.Combine(Samples, name);
        Copy(Parallel, copy);
        return copy;
    }

    /// <summary>A copy of the commands that the package carries.</summary>
    internal void CopyTools(string directory)
    {
        var package = Path.Combine(_root, "package");
        ZipFile.ExtractToDirectory(Package, package);
        Directory.Move(Path.Combine(package, "tools"), directory);
        Directory.Delete(package, recursive: true);
    }

    private void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            var target = Path.Combine(to, Path.GetFileName(file));
            File.Copy(file, target);
            if (Path.GetExtension(file) is ".csproj" or ".json")
            {
                var text = File.ReadAllText(target);
                File.WriteAllText(target, text.Replace("0.1.0", _version, StringComparison.Ordinal));
            }
        }

        foreach (var directory in Directory.EnumerateDirectories(from)
            .Where(path => Path.GetFileName(path) is not ("bin" or "obj" or "TestResults")))
        {
            Copy(directory, Path.Combine(to, Path.GetFileName(directory)));
        }
    }

    private void UseFeed(string file)
    {
        var config = XDocument.Load(file);
        config.Descendants("add").Single().SetAttributeValue("value", Feed);
        config.Save(file);
    }
}
