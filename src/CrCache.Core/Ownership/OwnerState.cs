namespace CrCache.Ownership;

/// <summary>What can be said of the process that something belongs to.</summary>
internal enum OwnerState
{
    /// <summary>It is there.</summary>
    Lives,

    /// <summary>It is certainly not there any more.</summary>
    Ended,

    /// <summary>It cannot be seen from here: another machine, boot or namespace of process ids.</summary>
    Unknown,
}
