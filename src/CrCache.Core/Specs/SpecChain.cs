namespace CrCache.Specs;

/// <summary>
/// The checkpoints that one is made of: the server ready, without any set-up (the base, which all that use the same server have in
/// common), then one for each entry of <c>Setup</c>. Each is what an item without the later entries would ask for, and has its key.
/// </summary>
internal static class SpecChain
{
    /// <summary>The chain, the base first, the spec itself last.</summary>
    public static IReadOnlyList<CheckpointSpec> Of(CheckpointSpec spec) =>
        [.. spec.Setup.Select(step => step.Entry).Distinct().Select(entry => Before(spec, entry)), spec];

    /// <summary>The set-up files that the last of some first entries adds; none for the base.</summary>
    public static IReadOnlyList<SetupStep> LastEntry(CheckpointSpec spec) =>
        spec.Setup.Where(step => step.Entry == spec.Setup[^1].Entry).ToArray();

    // What an item's own command says of the set-up it can only say of all of it.
    private static CheckpointSpec Before(CheckpointSpec spec, int entry)
    {
        var setup = spec.Setup.TakeWhile(step => step.Entry != entry).ToArray();
        return spec with
        {
            Setup = setup,
            Verify = spec.Verify is { IsOwn: true } ? null : spec.Verify,
            MayLose = setup.Length > 0 ? spec.MayLose : null,
        };
    }
}
