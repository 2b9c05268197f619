namespace CrCache.Engine.Tests;

/// <summary>Programs that a machine may lack.</summary>
internal static class Programs
{
    /// <summary>Why tests that need a program are skipped, or null where it is there.</summary>
    public static string? WhyMissing(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)))
            ? null
            : $"there is no '{program}' on this machine";
}
