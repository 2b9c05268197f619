using System.Diagnostics;

namespace CrCache.Shared;

/// <summary>The last lines that a process writes to its standard error: what to show when something went wrong.</summary>
internal sealed class OutputTail
{
    private const int Kept = 30;
    private readonly Queue<string> _lines = new();
    private readonly TaskCompletionSource<bool> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins to read.</summary>
    public OutputTail(Process process)
    {
        process.ErrorDataReceived += (_, e) => Add(e.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>The last words, as the end of a message that says what happened; empty where there are none.</summary>
    /// <param name="wait">How long to wait for the end of them: they may come after the process has ended.</param>
    public string LastWords(TimeSpan wait)
    {
        _end.Task.Wait(wait);
        lock (_lines)
        {
            return _lines.Count > 0 ? $" Its last words:\n{string.Join("\n", _lines)}" : "";
        }
    }

    private void Add(string? line)
    {
        if (line is null)
        {
            _end.TrySetResult(true);
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Kept)
            {
                _lines.Dequeue();
            }
        }
    }
}
