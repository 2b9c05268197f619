using CrCache.Diagnostics;
using CrCache.Shared;

namespace CrCache.Cli.Output;

/// <summary>Plain lines on standard error; standard output belongs to results.</summary>
internal sealed class TextReporter : IReporter
{
    private readonly DetailRate _details = new();

    public void Progress(string name, string message) => Write($"{name}: {message}");

    public void Detail(string name, string message)
    {
        if (_details.IsDue(name))
        {
            Progress(name, message);
        }
    }

    public void Step(string name, string message)
    {
    }

    public void Done(string name, string result, double seconds, string message) => Progress(name, message);

    public void Restored(string name, string message) => Progress(name, message);

    public void Warning(string name, CrCacheException warning) =>
        Write($"{name}: warning {warning.Code}: {warning.Message}");

    public void Error(string name, CrCacheException error) =>
        Write($"crcache: error {error.Code}: {error.Message}");

    public void Dispose()
    {
    }

    private static void Write(string text) => Console.Error.WriteLine(ShownText.Of(text));
}
