using System.CommandLine.Completions;
using CrCache.Installed;
using CrCache.Presets;

namespace CrCache.Cli.Completion;

/// <summary>The names that a shell completes. They come from files alone: a shell must not wait for an engine.</summary>
internal static class KnownNames
{
    /// <summary>The presets that a project in the current directory can use.</summary>
    public static IEnumerable<CompletionItem> OfPresets(CompletionContext context) =>
        PresetCatalog.NamesFor(Directory.GetCurrentDirectory()).Select(name => new CompletionItem(name));

    /// <summary>The items that the store has checkpoints of.</summary>
    public static IEnumerable<CompletionItem> OfStored(CompletionContext context) =>
        new InstalledCheckpoints().List().Select(checkpoint => checkpoint.Name).OfType<string>().Distinct().Select(name => new CompletionItem(name));
}
