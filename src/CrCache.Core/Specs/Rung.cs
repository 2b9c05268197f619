namespace CrCache.Specs;

/// <summary>A way of bringing a checkpoint back: the one that an item pins with <c>Mode</c>, and the one in which it was done.</summary>
public enum Rung
{
    /// <summary>
    /// Of an item: the fastest one that was proven to work here, a slower one when it fails. Nothing is ever done in this way.
    /// </summary>
    Auto,

    /// <summary>From the dump of its memory.</summary>
    Memory,

    /// <summary>By a start from the file system of a container that was stopped in an orderly way.</summary>
    Files,

    /// <summary>By a normal start.</summary>
    Cold,
}
