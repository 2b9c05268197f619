namespace CrCache.Specs;

/// <summary>Which way of bringing a checkpoint back the user wants.</summary>
public enum RestoreMode
{
    /// <summary>The fastest one that was proven to work here; a slower one when it fails.</summary>
    Auto,

    /// <summary>Only from the dump of its memory.</summary>
    Memory,

    /// <summary>Only from the file system of a container that was stopped in an orderly way.</summary>
    Files,

    /// <summary>Only by a normal start.</summary>
    Cold,
}
