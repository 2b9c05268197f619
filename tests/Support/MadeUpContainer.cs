using CrCache.Engines;

namespace CrCache.Tests;

/// <summary>A container of <see cref="MadeUpEngine"/>.</summary>
internal sealed class MadeUpContainer
{
    public required string Id { get; init; }

    public required ContainerDefinition Definition { get; init; }

    public DateTimeOffset Created { get; set; } = DateTimeOffset.UtcNow;

    public bool Running { get; set; }

    public int ExitCode { get; set; }

    /// <summary>What was written into it, by directory.</summary>
    public List<string> Written { get; } = [];
}
