using Docker.DotNet.Models;

namespace CrCache.Engines.Docker;

/// <summary>The lines of an answer that tells how work goes on. A refusal comes as an error status, or as one of them.</summary>
internal class Messages : IProgress<JSONMessage>
{
    /// <summary>The engine's words where the work failed, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>The status that came last, or null.</summary>
    public string? LastStatus { get; private set; }

    /// <inheritdoc />
    public virtual void Report(JSONMessage value)
    {
        Error ??= value.Error?.Message;
        LastStatus = value.Status ?? LastStatus;
    }
}
