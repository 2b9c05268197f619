using System.CommandLine;

namespace CrCache.Cli;

/// <summary>The options that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>Which engine; every command knows it.</summary>
    public static Option<string?> Engine { get; } = new("--engine")
    {
        Description = "The container engine: an address such as unix:///run/docker.sock, or a docker context's name. Comes before DOCKER_HOST.",
        HelpName = "address",
        Recursive = true,
    };

    /// <summary>Results for programs; every command that prints results knows it.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Write JSON lines on standard output, and nothing else there." };
}
