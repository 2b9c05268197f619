namespace CrCache.Specs;

/// <summary>
/// The checkpoints that one is made of: the server ready, without any set-up (the base, which all that use the same server have in
/// common), then one for each entry of <c>Setup</c>. Each is what an item without the later entries would ask for, and has its key.
/// </summary>
internal static class SpecChain
{
    /// <summary>
    /// The chain, the base first, the spec itself last. What must not be older than some age has no other: a step could be as old as that
    /// already.
    /// </summary>
    public static IReadOnlyList<CheckpointSpec> Of(CheckpointSpec spec)
    {
        var entries = spec.Setup.Select(step => step.Entry).Distinct().Take(spec.MaxAge is null ? int.MaxValue : 1);
        return [.. entries.Select(entry => Before(spec, entry)), spec];
    }

    /// <summary>The set-up files that one of a chain adds to the one before it; none for the base.</summary>
    public static IReadOnlyList<SetupStep> Added(IReadOnlyList<CheckpointSpec> chain, int at) =>
        at == 0 ? [] : chain[at].Setup.Skip(chain[at - 1].Setup.Count).ToArray();

    // What an item's own command says of the set-up it can only say of all of it.
    private static CheckpointSpec Before(CheckpointSpec spec, int entry)
    {
        var setup = spec.Setup.TakeWhile(step => step.Entry != entry).ToArray();
        return spec with
        {
            Setup = setup,
            Files = setup.Length > 0 ? spec.Files : spec.Files.Where(file => file.IsBeforeStart).ToArray(),
            Verify = spec.Verify is { IsOwn: true } ? null : spec.Verify,
            MayLose = setup.Length > 0 ? spec.MayLose : null,
            MaxAge = null,
        };
    }
}
