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
        Description = "pull (take from it, the default), push (and put there what is made here) or off. "
            + "Comes before CRCACHE_REGISTRY_MODE.",
        HelpName = "mode",
    };

    /// <summary>Whose memory is restored without a signature.</summary>
    public static Option<string?> RegistryTrust { get; } = new("--registry-trust")
    {
        Description = "A repository that is trusted with all below it: memory that comes from there is restored without a signature. "
            + "Comes before CRCACHE_REGISTRY_TRUST.",
        HelpName = "repository",
    };

    /// <summary>Results for programs; every command that prints results knows it.</summary>
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Write JSON lines on standard output, and nothing else there.",
    };
}
