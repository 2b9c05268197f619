using CrCache.Cli.Output;
using CrCache.Installed;
using CrCache.Keys;
using CrCache.Names;

namespace CrCache.Cli.Commands;

/// <summary>What <c>crcache explain</c> says about a key in one sentence or two.</summary>
internal static class KeyMessages
{
    /// <summary>The engine has its checkpoint.</summary>
    public static string Found(InstalledCheckpoint found)
    {
        var ways = new List<string>();
        if (found.Memory is { } memory)
        {
            ways.Add($"from memory in {Text.Seconds(memory.RestoreSeconds)} s");
        }

        if (found.Files is { } files)
        {
            ways.Add($"from its files in {Text.Seconds(files.RestoreSeconds)} s");
        }

        ways.Add($"cold in {Text.Seconds(found.ColdSeconds)} s");
        var why = string.Concat(new[] { found.WhyNoMemory, found.WhyNoFiles }.OfType<string>().Select(reason => $" {reason}"));
        return $"The engine has the checkpoint of this key, which starts {string.Join(", ", ways)}.{why}";
    }

    /// <summary>The engine does not have it.</summary>
    /// <param name="inStore">The store has its archive.</param>
    /// <param name="older">What it was compared with, or null.</param>
    /// <param name="changed">The parts that differ.</param>
    public static string Missing(bool inStore, OlderCheckpoint? older, IEnumerable<ExplainedPart> changed)
    {
        var missing = inStore
            ? "The engine has no checkpoint of this key, but the store has its archive, from which the next build brings it there."
            : "The engine has no checkpoint of this key, nor has the store.";
        return older is null
            ? $"{missing} There is no other one of this name to compare it with."
            : $"{missing} Since the one of {older.Created.ToLocalTime():yyyy-MM-dd HH:mm} ({KeyShape.Shorten(older.Key)}) "
                + $"has changed: {string.Join(", ", changed.Select(part => part.Name))}.";
    }
}
