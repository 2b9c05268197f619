namespace CrCache.Store;

/// <summary>An archive that stays in the store until this is disposed, or the process ends.</summary>
public sealed class ArchiveUse : IDisposable
{
    private readonly IDisposable _lock;

    internal ArchiveUse(string path, IDisposable taken)
    {
        Path = path;
        _lock = taken;
    }

    /// <summary>The archive's file.</summary>
    public string Path { get; }

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();
}
