using CrCache.Diagnostics;
using CrCache.Store;

namespace CrCache.Cli;

/// <summary>What nobody has foreseen is a defect of crcache, and an error with a code like all others: never a stack trace.</summary>
internal static class Defect
{
    /// <summary>The error that a failure is for a user; where in the code it happened goes to a file (CRC9001).</summary>
    public static CrCacheException ErrorOf(Exception failure)
    {
        var cause = failure is AggregateException { InnerExceptions: [var only] } ? only : failure;
        return cause as CrCacheException ?? new CrCacheException(
            ErrorCodes.Defect,
            $"This is a defect of crcache: {cause.GetType().FullName}: {cause.Message.ReplaceLineEndings(" ").TrimEnd('.')}. "
            + $"Please report it with these words{(DefectFile.TryWrite(cause) is { } path ? $" and with the file {path}" : "")}.",
            cause);
    }
}
