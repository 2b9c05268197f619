namespace CrCache.Store;

/// <summary>An archive as a file; one of the store stays there until this is disposed, or the process ends.</summary>
public sealed class ArchiveUse : IDisposable
{
    private readonly IDisposable? _lock;

    internal ArchiveUse(string path, IDisposable? taken = null)
    {
        Path = path;
        _lock = taken;
    }

    /// <summary>The archive's file.</summary>
    public string Path { get; }

    /// <inheritdoc />
    public void Dispose() => _lock?.Dispose();
}
