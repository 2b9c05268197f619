namespace CrCache.Diagnostics;

/// <summary>A failure that a user can act on: a code of docs/errors.md and a message that says what to do.</summary>
public sealed class CrCacheException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="code">One of <see cref="ErrorCodes"/>.</param>
    /// <param name="message">What happened, to which item, what to do next. No trailing line break.</param>
    /// <param name="innerException">What caused it, if anything did.</param>
    public CrCacheException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>The code, for instance <c>CRC1001</c>.</summary>
    public string Code { get; }

    /// <summary>The file of the user's that is wrong, as a full path, or null.</summary>
    public string? File { get; init; }

    /// <summary>The line in <see cref="File"/>, from 1, or null.</summary>
    public int? Line { get; init; }
}
