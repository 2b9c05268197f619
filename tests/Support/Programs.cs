using System.Diagnostics;

namespace CrCache.Tests;

/// <summary>Programs that a machine may lack.</summary>
internal static class Programs
{
    // ./build.cmd setup fetches some for the tests alone; the engine brings others.
    private static readonly string[] s_folders =
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator),
        Path.Combine(OwnEngine.Folder, "registry/usr/bin"),
        Path.Combine(OwnEngine.Folder, "checkpointctl/usr/bin"),
        Path.Combine(OwnEngine.Folder, "root/usr/bin"),
    ];

    /// <summary>Where it is; null where it is not.</summary>
    public static string? Find(string program) => s_folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Why tests that need a program are skipped, or null where it is there.</summary>
    public static string? WhyMissing(string program) => Find(program) is not null ? null
        : $"there is no {program} on this machine; on Debian ./build.cmd setup fetches what the tests use";

    /// <summary>Runs it with success and returns its output, one character for each byte.</summary>
    public static string Run(string directory, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program) ?? program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = System.Text.Encoding.Latin1,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {errors.Result}");
        return output;
    }
}
