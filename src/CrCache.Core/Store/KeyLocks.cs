using System.Diagnostics;
using CrCache.Registries;

namespace CrCache.Store;

/// <summary>
/// Locks by name that hold between processes: empty files, locked by the operating system, which lets go of them when a
/// process ends, however it ends. The files stay: deleting one would let two processes lock two files of the same name.
/// </summary>
internal sealed class KeyLocks(StoreDirectory directory)
{
    // What is waited for here takes milliseconds; a lock that is held for longer is held by something that hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Nobody else has it, shared or not; null where somebody has.</summary>
    public IDisposable? TryExclusive(string name) => TryOpen(name, FileAccess.ReadWrite, FileShare.None);

    /// <summary>As <see cref="TryExclusive"/>, but waits.</summary>
    public IDisposable Exclusive(string name) => Wait(name, TryExclusive);

    /// <summary>Waits until nobody has it exclusively; others can share it.</summary>
    public IDisposable Share(string name) => Wait(name, lockName => TryOpen(lockName, FileAccess.Read, FileShare.Read));

    private static IDisposable Wait(string name, Func<string, IDisposable?> attempt)
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
                throw StoreFailure.Unusable($"Another process has held its lock '{name}' for {Patience.TotalSeconds} s.");
            }

            Thread.Sleep(10);
        }
    }

    private FileStream? TryOpen(string name, FileAccess access, FileShare share)
    {
        var path = Path.Combine(directory.Create("locks"), name);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = access, Share = share };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new FileStream(path, options);
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
}
