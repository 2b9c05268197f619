using CrCache.Cli.Output;
using CrCache.Diagnostics;

namespace CrCache.Cli.Tests;

/// <summary>Keeps what is reported, in a few words.</summary>
internal sealed class KeptReporter : IReporter
{
    /// <summary>What was reported, in its order.</summary>
    public List<string> Lines { get; } = [];

    public void Progress(string name, string message) => Lines.Add($"progress {name} {message}");

    public void Detail(string name, string message) => Lines.Add($"detail {name} {message}");

    public void Step(string name, string message) => Lines.Add($"step {name} {message}");

    public void Done(string name, string result, double seconds, string message) => Lines.Add($"done {name} {result}");

    public void Restored(string name, string message) => Lines.Add($"restored {name} {message}");

    public void Warning(string name, CrCacheException warning) => Lines.Add($"warning {name} {warning.Code}");

    public void Error(string name, CrCacheException error) => Lines.Add($"error {name} {error.Code}");

    public void Dispose()
    {
    }
}
