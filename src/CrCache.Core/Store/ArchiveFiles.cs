using CrCache.Files;
using CrCache.Names;
using CrCache.Ownership;

namespace CrCache.Store;

/// <summary>The archives as files, without the index: <c>archives/KEY.checkpoint</c>.</summary>
internal sealed class ArchiveFiles(StoreDirectory directory)
{
    /// <summary>The directory of the archives, and of their index.</summary>
    public const string Folder = "archives";

    /// <summary>The directory of what was found to be broken.</summary>
    public const string Quarantine = "quarantine";

    private const string Extension = ".checkpoint";

    /// <summary>The file of a key, whether or not it is there.</summary>
    public string PathOf(string key) => Path.Combine(directory.Root, Folder, key + Extension);

    /// <summary>The keys that there are files of.</summary>
    public IReadOnlyList<string> Keys() => Files(Folder)
        .Select(file => Path.GetFileNameWithoutExtension(file.Name))
        .Where(KeyShape.IsOne)
        .ToArray();

    /// <summary>Bytes of all archives, and of what is in quarantine.</summary>
    public long Size() => Files(Folder).Concat(Files(Quarantine)).Sum(file => file.Length);

    /// <summary>Bytes that its file system has left for this user.</summary>
    public long Free()
    {
        var folder = directory.Create(Folder);
        return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
    }

    /// <summary>A new file in the same directory, to be renamed when it is whole. Those of killed processes go.</summary>
    public FileStream CreateTemporary()
    {
        var folder = directory.Create(Folder);
        try
        {
            OwnedTemporary.Sweep(folder);
            return PrivateFile.Create(OwnedTemporary.In(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.Of(e, folder);
        }
    }

    /// <summary>Makes a whole file the archive of a key. Read-only: a hard link to it is the same file, and a build's output.</summary>
    public void Accept(string temporary, string key)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(temporary, UnixFileMode.UserRead);
        }

        File.Move(temporary, PathOf(key), overwrite: true);
    }

    /// <summary>Moves an archive to where nobody takes it for one.</summary>
    public void PutAside(string key)
    {
        var path = PathOf(key);
        File.Move(path, Path.Combine(directory.Create(Quarantine), Path.GetFileName(path)), overwrite: true);
    }

    /// <summary>Removes an archive.</summary>
    public void Delete(string key)
    {
        // Where nothing was ever added there is no directory, and File.Delete minds that.
        if (File.Exists(PathOf(key)))
        {
            File.Delete(PathOf(key));
        }
    }

    /// <summary>Removes what was put aside.</summary>
    public void EmptyQuarantine()
    {
        foreach (var file in Files(Quarantine))
        {
            file.Delete();
        }
    }

    /// <summary>The sha256 of a file, as <see cref="StoredArchive.Digest"/> has it.</summary>
    public static async Task<string> DigestAsync(string path, CancellationToken cancellationToken)
    {
        var file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
        {
            return await Digest.OfAsync(file, cancellationToken).ConfigureAwait(false);
        }
    }

    private FileInfo[] Files(string name)
    {
        var folder = directory.Create(name);
        try
        {
            // Exists looks once and remembers: another process may remove one meanwhile.
            return new DirectoryInfo(folder).GetFiles("*" + Extension).Where(file => file.Exists).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Of root, for instance, after a call with sudo.
            throw StoreFailure.Of(e, folder);
        }
    }
}
