namespace CrCache.Checkpoints;

/// <summary>How somebody came by a checkpoint.</summary>
public enum CheckpointSource
{
    /// <summary>The engine, or this user's store, had it.</summary>
    Found,

    /// <summary>It came from the registry.</summary>
    Pulled,

    /// <summary>It was made.</summary>
    Made,

    /// <summary>There is none, for the engine had no room for it: a normal start serves until the next build.</summary>
    Cold,
}
