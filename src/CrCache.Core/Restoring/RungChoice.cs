using CrCache.Archives;
using CrCache.Installed;
using CrCache.Specs;

namespace CrCache.Restoring;

/// <summary>Which rung serves: decided by what is asked for and what was measured, and by nothing else.</summary>
internal static class RungChoice
{
    /// <summary>
    /// The rungs to try, the best first: those that were proven here and that the spec allows, by the time that they took.
    /// </summary>
    public static IReadOnlyList<Rung> Of(CheckpointSpec spec, InstalledCheckpoint installed)
    {
        var proven = new List<(Rung Rung, double Seconds)> { (Rung.Cold, installed.ColdSeconds) };
        if (installed.Memory is { } memory)
        {
            proven.Add((Rung.Memory, memory.RestoreSeconds));
        }

        if (installed.Files is { } files && (spec.Mode == Rung.Files || FilesHoldAll(spec, installed)))
        {
            proven.Add((Rung.Files, files.RestoreSeconds));
        }

        return proven
            .Where(way => spec.Mode == Rung.Auto || spec.Mode == way.Rung)
            .OrderBy(way => way.Seconds)
            .Select(way => way.Rung)
            .ToArray();
    }

    /// <summary>Whether a checkpoint has what a mode needs; of the automatic one, what is worth most.</summary>
    public static bool Has(Rung mode, CheckpointFacts facts) => mode switch
    {
        Rung.Cold => true,
        Rung.Files => facts.HasFiles,
        _ => facts.HasMemory,
    };

    /// <summary>Why a slower rung serves than could be hoped for; null where it is the one that the user wants.</summary>
    public static string? WhyNotFaster(CheckpointSpec spec, InstalledCheckpoint installed) => spec.Mode switch
    {
        Rung.Cold => null,
        Rung.Files => installed.HasFiles ? null : installed.WhyNoFiles,
        _ => installed.WhyNoMemory,
    };

    // Another item, which insists on the files, may have had them installed.
    private static bool FilesHoldAll(CheckpointSpec spec, InstalledCheckpoint installed) =>
        spec.MayLose is null && installed.WhyNoFiles is null;
}
