using System.Globalization;
using System.IO.Compression;
using System.Text;
using CrCache.Tests;

namespace CrCache.Chaos;

/// <summary>A real project of tests, built by <c>dotnet</c> with the packed SDK, which has a version of its own for this run.</summary>
internal sealed class Project(Field place) : IDisposable
{
    private readonly string _version = $"0.0.1-chaos.{DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Where it lies.</summary>
    public string Folder => Path.Combine(place.Folder, "project");

    /// <summary>The <c>crcache</c> that the package brings, as MSBuild's tasks and the collector start it.</summary>
    public string Tool => Path.Combine(place.Folder, "tools", "linux-x64", "crcache");

    private string Unpacked => Path.Combine(
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        "crcache.sdk",
        _version);

    /// <summary>Unpacks the tools; needs nothing of the engine.</summary>
    public void UnpackTools()
    {
        var feed = Directory.CreateDirectory(Path.Combine(place.Folder, "feed")).FullName;
        var package = Path.Combine(feed, $"CrCache.Sdk.{_version}.nupkg");
        var packed = new DirectoryInfo(Repository.In("artifacts", "packages")).EnumerateFiles("CrCache.Sdk.*.nupkg")
            .MaxBy(file => file.LastWriteTimeUtc)
            ?? throw new InvalidOperationException("There is no package of the SDK: ./build.cmd pack makes it.");
        packed.CopyTo(package);
        using var archive = ZipFile.Open(package, ZipArchiveMode.Update);
        foreach (var entry in archive.Entries.Where(entry => entry.FullName.StartsWith("tools/", StringComparison.Ordinal)))
        {
            var path = Path.Combine(place.Folder, entry.FullName);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            entry.ExtractToFile(path);
        }

        const UnixFileMode ForAll = UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherRead;
        File.SetUnixFileMode(Tool, File.GetUnixFileMode(Tool) | ForAll);
        Rename(archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)));
    }

    /// <summary>Restores and builds it.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Sample")))
        {
            var text = (await File.ReadAllTextAsync(file, cancellationToken)).Replace("VERSION", _version, StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(Folder, Path.GetFileName(file)), text, cancellationToken);
        }

        await File.WriteAllTextAsync(
            Path.Combine(Folder, "nuget.config"),
            $"""<configuration><packageSources><add key="chaos" value="{place.Folder}/feed" /></packageSources></configuration>""",
            cancellationToken);
        Sow();

        // There is no other network where the engine is.
        using var restore = Client.Start(["dotnet", "restore"], Field.Environment, Folder);
        await restore.SucceedAsync(cancellationToken);
        await BuildAsync(cancellationToken);
    }

    /// <summary>Changes what its checkpoint is made of.</summary>
    public void Sow() => File.WriteAllText(Path.Combine(Folder, "seed.redis"), $"SET seed sown-{Guid.NewGuid():N}\n");

    /// <summary>Starts <c>dotnet</c> on it.</summary>
    public Client Start(params IEnumerable<string> arguments) => place.Start(place.Alice, null, ["dotnet", .. arguments], Folder);

    public Client StartBuild() => Start("build", "--no-restore", "--nologo", "-v:q");

    public Client StartTest() => Start("test", "--no-build", "--nologo");

    /// <summary>Builds it, which must succeed.</summary>
    public async Task BuildAsync(CancellationToken cancellationToken)
    {
        using var build = StartBuild();
        await build.SucceedAsync(cancellationToken);
    }

    /// <summary>Tests it, which must succeed.</summary>
    public async Task TestAsync(CancellationToken cancellationToken)
    {
        using var test = StartTest();
        await test.SucceedAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (Directory.Exists(Unpacked))
        {
            Directory.Delete(Unpacked, recursive: true);
        }
    }

    private void Rename(ZipArchiveEntry specification)
    {
        using var stream = specification.Open();
        using var reader = new StreamReader(stream, leaveOpen: true);
        var text = reader.ReadToEnd();
        var (from, to) = (text.IndexOf("<version>", StringComparison.Ordinal), text.IndexOf("</version>", StringComparison.Ordinal));
        stream.SetLength(0);
        stream.Write(Encoding.UTF8.GetBytes($"{text[..from]}<version>{_version}{text[to..]}"));
    }
}
