using System.CommandLine;

namespace CrCache.Cli;

/// <summary>The options that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>Which engine; every command knows it.</summary>
    public static Option<string?> Engine { get; } = new("--engine")
    {
        Description = "The container engine: an address such as unix:///run/docker.sock, or a docker context's name. "
            + "Comes before DOCKER_HOST.",
        HelpName = "address",
        Recursive = true,
    };

    /// <summary>A team's registry; the commands that make checkpoints know it.</summary>
    public static Option<string?> Registry { get; } = new("--registry")
    {
        Description = "A repository that checkpoints are taken from and, with --registry-mode push, put into: host[:port]/name. "
            + "Comes before CRCACHE_REGISTRY.",
        HelpName = "repository",
    };

    /// <summary>What is done with that registry.</summary>
    public static Option<string?> RegistryMode { get; } = new("--registry-mode")
    {
        Description = "pull (take from it), push (and put there what is made here; the default where CI is set) or off. "
            + "Comes before CRCACHE_REGISTRY_MODE.",
        HelpName = "mode",
    };

    /// <summary>Results for programs; every command that prints results knows it.</summary>
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Write JSON lines on standard output, and nothing else there.",
    };
}
