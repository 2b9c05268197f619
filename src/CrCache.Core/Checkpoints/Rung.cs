namespace CrCache.Checkpoints;

/// <summary>A way in which a checkpoint was brought back.</summary>
public enum Rung
{
    /// <summary>From the dump of its memory.</summary>
    Memory,

    /// <summary>By a start from the file system of a container that was stopped in an orderly way.</summary>
    Files,

    /// <summary>By a normal start.</summary>
    Cold,
}
