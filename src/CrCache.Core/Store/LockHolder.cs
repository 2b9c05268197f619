using System.Globalization;
using System.Text;
using CrCache.Shared;

namespace CrCache.Store;

/// <summary>Says in a lock's file who has it, for those who wait: process, command, machine.</summary>
internal static class LockHolder
{
    private const int Longest = 300;

    // The command without its arguments, in which passwords can be.
    private static readonly string This = string.Create(
        CultureInfo.InvariantCulture, $"Process {Environment.ProcessId} ({Command()}) on {Environment.MachineName}");

    /// <summary>This process has the lock now.</summary>
    public static void WriteThis(FileStream file)
    {
        try
        {
            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes(This));
            file.Flush();
        }
        catch (IOException)
        {
            // A disk that is full holds nobody up.
        }
    }

    /// <summary>What the one who has it now has written, or null.</summary>
    public static string? Read(string path)
    {
        try
        {
            using var file = OperatingSystem.IsWindows()
                ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)
                : new FileStream(LibC.Open(path, flags: 0), FileAccess.Read);
            var buffer = new byte[Longest];
            var text = Encoding.UTF8.GetString(buffer, 0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
            return text.Length > 0 && !text.Any(char.IsControl) ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static string Command()
    {
        var words = Environment.GetCommandLineArgs();
        var verb = words.Length > 1 && words[1].All(char.IsAsciiLetter) ? " " + words[1] : "";
        return Path.GetFileNameWithoutExtension(words[0]) + verb;
    }
}
