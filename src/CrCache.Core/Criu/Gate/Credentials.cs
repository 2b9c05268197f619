namespace CrCache.Criu.Gate;

/// <summary>What a thread of a dump may do: <c>core-N.img</c>, in it <c>creds_entry</c> of CRIU's creds.proto.</summary>
internal static class Credentials
{
    // criu/include/magic.h, and compel's TASK_DEAD.
    private const uint CoreMagic = 0x5505_3847, Dead = 2;

    // Fields of core_entry, of task_core_entry, of thread_core_entry.
    private const int Task = 3, OldNamespaces = 4, Thread = 5, State = 1, Creds = 10;

    // Fields of creds_entry.
    private const int SecureBits = 13, Label = 15, SocketLabel = 16, Policy = 17, LastKnown = 19;

    private static readonly (int Field, string Name)[] Sets =
        [(9, "inheritable"), (10, "permitted"), (11, "effective"), (12, "bounding"), (19, "ambient")];

    /// <summary>Holds it against what it may have.</summary>
    /// <returns>Null, or why not.</returns>
    public static string? Refuse(string path, DumpLimits limits)
    {
        var name = Path.GetFileName(path);
        var core = Image.ReadOnly(path, ImageMagic.Common, CoreMagic);
        if (core.Message(Thread) is not { } thread)
        {
            return core.Message(Task)?.Number(State) == Dead ? null : throw new InvalidDataException("its thread is missing");
        }

        var creds = thread.Message(Creds) ?? throw new InvalidDataException("its credentials are missing");
        if (core.Fields.Contains(OldNamespaces) || creds.Fields.Any(field => field > LastKnown))
        {
            throw new NotUnderstoodException("it has a field of another version");
        }

        foreach (var (field, set) in Sets)
        {
            if (Excess(creds.Numbers(field), limits.Capabilities) is { } capability)
            {
                return $"its {name} has the {set} capability {capability}, which the container does not have";
            }
        }

        return creds.Number(SecureBits) is not 0 ? $"its {name} has other rules for root's privileges (securebits)"
            : creds.Fields.Contains(Policy) || creds.Text(SocketLabel) != "" || !IsConfined(creds.Text(Label))
                ? $"its {name} brings its own rules for the kernel's security modules"
            : null;
    }

    // Two halves, as the kernel has them: the bits that are not in the limits, the first of them.
    private static int? Excess(List<uint> halves, ulong limit)
    {
        for (var half = 0; half < halves.Count; half++)
        {
            var allowed = half < 2 ? (uint)(limit >> (32 * half)) : 0;
            if ((halves[half] & ~allowed) is not 0 and var more)
            {
                return 32 * half + System.Numerics.BitOperations.TrailingZeroCount(more);
            }
        }

        return null;
    }

    // An engine confines, where its kernel can; whether by this label, crcache-runc sees.
    private static bool IsConfined(string label) =>
        !label.Contains("unconfined", StringComparison.Ordinal) && !label.Any(char.IsControl);
}
