using CrCache.Store;

namespace CrCache.Archives;

/// <summary>A directory in which one checkpoint is put together or taken apart; it goes when it is disposed.</summary>
internal sealed class WorkArea : IDisposable
{
    private readonly string _root;

    /// <param name="root">An empty directory that only its owner can enter: memory and databases hold secrets.</param>
    public WorkArea(string root)
    {
        _root = root;
        Archive = Directory.CreateDirectory(Path.Combine(root, "archive")).FullName;
        Scratch = Directory.CreateDirectory(Path.Combine(root, "scratch")).FullName;
    }

    /// <summary>Does work in a directory and removes it, however the work ends.</summary>
    /// <exception cref="Diagnostics.CrCacheException">The disk is full (CRC4010), or what the work throws.</exception>
    public static async Task<T> UseAsync<T>(string root, Func<WorkArea, Task<T>> work)
    {
        using var area = new WorkArea(root);
        try
        {
            return await work(area).ConfigureAwait(false);
        }
        catch (Exception e) when (StoreFailure.IsDiskFull(e))
        {
            throw StoreFailure.Full(e, root);
        }
    }

    /// <summary>The unpacked archive.</summary>
    public string Archive { get; }

    /// <summary>For what is needed meanwhile.</summary>
    public string Scratch { get; }

    /// <summary>A path in <see cref="Archive"/>, whose directory is made.</summary>
    public string Member(string name)
    {
        var path = Path.Combine(Archive, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>A new file's path in <see cref="Scratch"/>.</summary>
    public string NewFile() => Path.Combine(Scratch, Path.GetRandomFileName());

    /// <summary>Throws away what was put into the archive so far.</summary>
    public void Clear()
    {
        Directory.Delete(Archive, recursive: true);
        Directory.CreateDirectory(Archive);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
