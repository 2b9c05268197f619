using System.CommandLine;
using CrCache.Archives;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache registry key</c>: prints a new key for a team.</summary>
internal static class RegistryKeyCommand
{
    public static Command Create()
    {
        var key = new Command("key", "Print a new random key for CRCACHE_REGISTRY_KEY. Nothing is kept of it.");
        key.SetAction(_ =>
        {
            Console.WriteLine(ArchiveKeys.NewText());
            return ExitCodes.Success;
        });
        return new Command("registry", "What a team needs to share checkpoints.") { key };
    }
}
