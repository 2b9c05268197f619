namespace CrCache.Upkeep;

/// <summary>A container of CrCache on an engine.</summary>
public sealed record OwnedContainer
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name on the engine.</summary>
    public required string Name { get; init; }

    /// <summary>The id of its image.</summary>
    public required string Image { get; init; }

    /// <summary>The name of the item that it is for.</summary>
    public required string Item { get; init; }

    /// <summary>What it is for: <c>lease</c> (tests use it), <c>checkpoint</c> (it is made to be dumped) or <c>trial</c>.</summary>
    public required string Purpose { get; init; }

    /// <summary>The id of the process that removes it.</summary>
    public required int OwnerProcess { get; init; }

    /// <summary>The machine of that process.</summary>
    public required string OwnerMachine { get; init; }

    /// <summary>That process has certainly ended: the container is a leftover.</summary>
    public bool OwnerEnded { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The owner, for people.</summary>
    public string Owner => $"process {OwnerProcess}{(OwnerMachine == Environment.MachineName ? "" : $" on {OwnerMachine}")}"
        + (OwnerEnded ? " (ended)" : "");
}
