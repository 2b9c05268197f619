using System.Diagnostics;
using CrCache.Diagnostics;

namespace CrCache.Store;

/// <summary>
/// Locks by name that hold between processes: files, locked by the operating system, which lets go of them when a
/// process ends, however it ends. The files stay: deleting one would let two processes lock two files of the same name.
/// In each stands who has had it last alone (<see cref="LockHolder"/>).
/// </summary>
internal sealed class KeyLocks(StoreDirectory directory)
{
    // What is waited for here takes milliseconds; a lock that is held for longer is held by something that hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Nobody else has it, shared or not; null where somebody has.</summary>
    public IDisposable? TryExclusive(string name)
    {
        // Where locks are of the system's own kind nobody could read who has it (FileShare.None is that of .NET on Unix).
        var file = TryOpen(name, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None);
        if (file is not null)
        {
            LockHolder.WriteThis(file);
        }

        return file;
    }

    /// <summary>Who has a lock that cannot be had, for people; null where that is not known.</summary>
    public string? HolderOf(string name) => LockHolder.Read(PathOf(name));

    /// <summary>As <see cref="TryExclusive"/>, but waits.</summary>
    /// <exception cref="CrCacheException">Somebody has had it for 30 s (CRC4001).</exception>
    public Task<IDisposable> ExclusiveAsync(string name, CancellationToken cancellationToken) =>
        WaitAsync(name, TryExclusive, cancellationToken);

    /// <summary>Waits until nobody has it exclusively; others can share it.</summary>
    /// <exception cref="CrCacheException">Somebody has had it for 30 s (CRC4001).</exception>
    public Task<IDisposable> ShareAsync(string name, CancellationToken cancellationToken) =>
        WaitAsync(name, lockName => TryOpen(lockName, FileAccess.Read, FileShare.Read), cancellationToken);

    private async Task<IDisposable> WaitAsync(
        string name, Func<string, IDisposable?> attempt, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (attempt(name) is { } taken)
            {
                return taken;
            }

            if (clock.Elapsed > Patience)
            {
                throw StoreFailure.Unusable(
                    $"{HolderOf(name) ?? "Another process"} has held its lock '{name}' for {Patience.TotalSeconds} s.");
            }

            await Task.Delay(10, cancellationToken).ConfigureAwait(false);
        }
    }

    private FileStream? TryOpen(string name, FileAccess access, FileShare share)
    {
        var path = PathOf(name);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = access, Share = share };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            var file = new FileStream(path, options);
            if (SystemLock.Take(file.SafeFileHandle, isShared: access == FileAccess.Read) is not { } error)
            {
                return file;
            }

            file.Dispose();
            return error == SystemLock.IsTaken ? null : throw StoreFailure.Unusable(
                $"{path} cannot be locked: the file system has no locks that hold between processes (error {error}).");
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.Of(e, path);
        }
    }

    private string PathOf(string name) => Path.Combine(directory.Create("locks"), name);
}
