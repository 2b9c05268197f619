using CrCache.Diagnostics;

namespace CrCache.Cli.Output;

/// <summary>
/// Where a command says what it does: lines for people, a display on a terminal, or JSON lines for programs. Disposing
/// ends the display; what is written after it stands below.
/// </summary>
internal interface IReporter : IDisposable
{
    /// <summary>What is being done now.</summary>
    void Progress(string name, string message);

    /// <summary>How far that is. It is said each second: worth a line every few seconds at most.</summary>
    void Detail(string name, string message);

    /// <summary>What is being done now, where it takes a moment only: not worth a line that stays.</summary>
    void Step(string name, string message);

    /// <summary>The checkpoint is there.</summary>
    void Done(string name, string result, double seconds, string message);

    /// <summary>The copy is there.</summary>
    void Restored(string name, string message);

    /// <summary>Something went wrong that does not matter for the result.</summary>
    void Warning(string name, CrCacheException warning);

    /// <summary>This item failed; the others go on.</summary>
    void Error(string name, CrCacheException error);
}
