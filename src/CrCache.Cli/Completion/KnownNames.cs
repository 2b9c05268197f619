using System.CommandLine.Completions;
using CrCache.Installed;
using CrCache.Presets;

namespace CrCache.Cli.Completion;

/// <summary>
/// The names that a shell completes. They come from files alone: a shell must not wait for an engine, and where a file cannot be
/// read it completes less, for nobody has asked it for an error.
/// </summary>
internal static class KnownNames
{
    /// <summary>The presets that a project in the current directory can use.</summary>
    public static IEnumerable<CompletionItem> OfPresets(CompletionContext context) =>
        Complete(() => PresetCatalog.NamesFor(Directory.GetCurrentDirectory()));

    /// <summary>The items that the store has checkpoints of.</summary>
    public static IEnumerable<CompletionItem> OfStored(CompletionContext context) =>
        Complete(() => new InstalledCheckpoints().List().Select(checkpoint => checkpoint.Name).OfType<string>().Distinct());

    private static CompletionItem[] Complete(Func<IEnumerable<string>> read)
    {
        try
        {
            return read().Select(name => new CompletionItem(name)).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
