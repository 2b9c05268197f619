namespace CrCache.Bench;

/// <summary>Where things are in this repository.</summary>
internal static class Repository
{
    /// <summary>The repository's directory.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of the benchmarks.</summary>
    public static string Bench { get; } = Path.Combine(Root, "bench");

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "build.cmd")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName
            ?? throw new InvalidOperationException("The benchmarks belong into their repository: they start what it has built.");
    }
}
