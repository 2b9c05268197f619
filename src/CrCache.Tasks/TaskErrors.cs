using Microsoft.Build.Utilities;

namespace CrCache.Tasks;

/// <summary>Errors of a build: each has a code, and points to a file.</summary>
internal static class TaskErrors
{
    /// <summary>Says it.</summary>
    /// <param name="log">The task's log.</param>
    /// <param name="code">One of <see cref="ErrorCodes"/>, or of <c>crcache</c>.</param>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="file">The file to point to; without one MSBuild takes the project.</param>
    /// <param name="line">The line in it, 0 when there is none.</param>
    public static void Error(this TaskLoggingHelper log, string code, string message, string? file = null, int line = 0) =>
        log.LogError(null, code, null, file, line, 0, 0, 0, "{0}", message);

    /// <summary>Does what reads and writes files, and reports one that cannot be.</summary>
    public static void Guard(this TaskLoggingHelper log, Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            log.Error(ErrorCodes.FileNotUsable, $"A file of the build cannot be read or written: {e.Message}");
        }
    }
}
