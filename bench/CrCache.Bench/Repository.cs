using System.Diagnostics;

namespace CrCache.Bench;

/// <summary>Where things are in this repository.</summary>
internal static class Repository
{
    /// <summary>The repository's directory.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of the benchmarks.</summary>
    public static string Bench { get; } = Path.Combine(Root, "bench");

    /// <summary>How to start the <c>crcache</c> that this repository has built, with a store of its own.</summary>
    public static ProcessStartInfo CrCache(string home, params IEnumerable<string> arguments)
    {
        // What the package of the SDK carries for Linux, as `pack` has left it.
        var tool = Path.Combine(Root, "src", "CrCache.Sdk", "obj", "Release", "netstandard2.0", "tools-linux-x64", "crcache");
        return WithHome(Command.Info(tool, arguments), home);
    }

    /// <summary>How to start <c>dotnet</c> so that a <c>crcache</c> below it uses a store of its own.</summary>
    public static ProcessStartInfo DotNet(string home, params IEnumerable<string> arguments) =>
        WithHome(Command.Info(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments), home);

    private static ProcessStartInfo WithHome(ProcessStartInfo info, string home)
    {
        info.Environment["CRCACHE_HOME"] = home;
        return info;
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "build.cmd")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The benchmarks belong into their repository: they start what it has built.");
    }
}
