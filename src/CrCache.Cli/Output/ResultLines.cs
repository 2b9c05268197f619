namespace CrCache.Cli.Output;

// The JSON lines of the commands that list and explain, one record for each value of "event".

/// <summary><c>list</c>: a checkpoint in the store.</summary>
internal sealed record CheckpointLine(string Event, string Key, string Engine, string State, DateTimeOffset Created, double ColdSeconds)
{
    public string? Name { get; init; }

    public string? Preset { get; init; }

    public string? Image { get; init; }

    public double? RestoreSeconds { get; init; }

    public double? FilesSeconds { get; init; }

    public string? WhyNoMemory { get; init; }

    public string? WhyNoFiles { get; init; }
}

/// <summary><c>list</c>: a container of CrCache on the engine.</summary>
internal sealed record ContainerLine(string Event, string Container, string Id, string Name, string Purpose, DateTimeOffset Created)
{
    public required int OwnerProcess { get; init; }

    public required string OwnerMachine { get; init; }

    public bool OwnerEnded { get; init; }
}

/// <summary><c>list</c>: an image or a dump on the engine that no record of this store names. Size in bytes.</summary>
internal sealed record ForeignLine(string Event, long Size)
{
    public string? Image { get; init; }

    public string? Dump { get; init; }

    public string? Store { get; init; }

    public string? User { get; init; }

    public DateTimeOffset? Created { get; init; }
}

/// <summary><c>remove</c>, <c>store prune</c>: a checkpoint, an archive, or a leftover, that is gone now.</summary>
internal sealed record RemovedLine(string Event)
{
    public string? Image { get; init; }

    public string? Dump { get; init; }

    public string? Name { get; init; }

    public string? Key { get; init; }

    public string? Container { get; init; }

    public long? Size { get; init; }
}

/// <summary><c>logs</c>: a line of a container's log.</summary>
internal sealed record LogLine(string Event, string Container, string Name, string Text);

/// <summary><c>explain</c>: the key of an item, and whether its checkpoint exists.</summary>
internal sealed record KeyLine(string Event, string Name, string Key, bool Exists)
{
    public DateTimeOffset? Created { get; init; }

    public string? ComparedWith { get; init; }

    public required string Message { get; init; }
}

/// <summary><c>explain</c>: a step in which the checkpoint is made.</summary>
internal sealed record StepLine(string Event, string Name, string Key, string State)
{
    public string? Files { get; init; }
}

/// <summary><c>explain</c>: a part of the key.</summary>
internal sealed record PartLine(string Event, string Name, string Part, string Change)
{
    public string? Value { get; init; }

    public string? Was { get; init; }
}

/// <summary><c>doctor</c>: the engine.</summary>
internal sealed record EngineLine(string Event, string Address, string Source)
{
    public required string Version { get; init; }

    public required string ApiVersion { get; init; }

    public required string Platform { get; init; }

    public required string Kernel { get; init; }

    public required IReadOnlyList<string> Runtimes { get; init; }
}

/// <summary><c>doctor</c>: a component that the engine relies on, and what is known of its version.</summary>
internal sealed record ComponentLine(string Event, string Component, string Verdict, string Reason)
{
    public string? Version { get; init; }

    public string? Advice { get; init; }
}

/// <summary><c>doctor</c> and <c>runtime check</c>: whether memory can be dumped and restored.</summary>
internal sealed record MemoryLine(string Event, bool Works, string Message)
{
    public string? Code { get; init; }
}

/// <summary><c>doctor</c>: whether a registry answers.</summary>
internal sealed record RegistryLine(string Event, string Repository, bool Works, string Message)
{
    public string? Code { get; init; }
}

/// <summary><c>runtime configure</c>: a thing that was changed on the machine.</summary>
internal sealed record ChangedLine(string Event, string Message);

/// <summary><c>report</c>: what a test run restored.</summary>
internal sealed record RestoredLine(string Event, string Project, string Name, string Rung, double Seconds, double ColdSeconds)
{
    public required string Result { get; init; }

    public double? BuildSeconds { get; init; }

    public required string Message { get; init; }

    public string? Note { get; init; }
}

/// <summary><c>store list</c>: an archive. Size in bytes.</summary>
internal sealed record ArchiveLine(string Event, string Key, long Size, string Digest, DateTimeOffset LastUsed, long Uses, bool InUse)
{
    public string? Name { get; init; }

    public string? Image { get; init; }

    public string? DiffId { get; init; }

    public DateTimeOffset? Created { get; init; }
}

/// <summary><c>store</c>: what there is in all. Sizes in bytes.</summary>
internal sealed record StoreLine(string Event, string Folder, int Archives, long Size, long Budget);
