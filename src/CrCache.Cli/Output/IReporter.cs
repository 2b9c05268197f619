using CrCache.Diagnostics;

namespace CrCache.Cli.Output;

/// <summary>Where a command says what it does: lines for people, or JSON lines for programs.</summary>
internal interface IReporter
{
    void Progress(string name, string message);

    void Done(string name, bool made, double seconds, string message);

    void Error(string name, CrCacheException error);
}
