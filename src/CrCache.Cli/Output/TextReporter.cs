using CrCache.Diagnostics;

namespace CrCache.Cli.Output;

/// <summary>Plain lines on standard error; standard output belongs to results.</summary>
internal sealed class TextReporter : IReporter
{
    public void Progress(string name, string message) => Console.Error.WriteLine($"{name}: {message}");

    public void Step(string name, string message)
    {
    }

    public void Done(string name, string result, double seconds, string message) => Progress(name, message);

    public void Restored(string name, string message) => Progress(name, message);

    public void Warning(string name, CrCacheException warning) =>
        Console.Error.WriteLine($"{name}: warning {warning.Code}: {warning.Message}");

    public void Error(string name, CrCacheException error) =>
        Console.Error.WriteLine($"crcache: error {error.Code}: {error.Message}");

    public void Dispose()
    {
    }
}
