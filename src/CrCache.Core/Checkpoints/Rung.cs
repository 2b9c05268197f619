namespace CrCache.Checkpoints;

/// <summary>A way in which a checkpoint was brought back.</summary>
public enum Rung
{
    /// <summary>From the dump of its memory.</summary>
    Memory,

    /// <summary>By a normal start.</summary>
    Cold,
}
