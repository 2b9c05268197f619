using System.Diagnostics;

namespace CrCache.Core.Tests.Archives;

/// <summary>Programs of the machine, or of the engine that the tests set up.</summary>
internal static class Tool
{
    /// <summary>Where it is; null where it is not.</summary>
    public static string? Find(string program)
    {
        var engine = Environment.GetEnvironmentVariable("CRCACHE_ENGINE_DIR") ?? "/var/lib/crcache-engine";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append(Path.Combine(engine, "root/usr/bin"))
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

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
