namespace CrCache.Checkpoints;

/// <summary>
/// The engine's machine does not have a dump any more. Its image may still be there: checkpoints whose files are the same share one.
/// </summary>
public sealed class DumpMissingException : Exception
{
    /// <summary>Creates the failure.</summary>
    public DumpMissingException(string dump, Exception? innerException = null)
        : base($"The engine does not have the dump '{dump}'.", innerException) => Dump = dump;

    /// <summary>The dump's key.</summary>
    public string Dump { get; }
}
