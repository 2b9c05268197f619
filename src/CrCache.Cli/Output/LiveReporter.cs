using System.Diagnostics;
using System.Globalization;
using CrCache.Diagnostics;
using CrCache.Shared;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CrCache.Cli.Output;

/// <summary>
/// One line for each item, kept up to date on a terminal: a spinner, what it does now and for how long; in the end, what came
/// of it. Errors are written below in full, as without a display.
/// </summary>
internal sealed class LiveReporter(IAnsiConsole console) : IReporter
{
    private readonly object _lock = new();
    private readonly Dictionary<string, LiveLine> _lines = [];
    private readonly List<string> _order = [];
    private readonly List<CrCacheException> _errors = [];
    private readonly List<(string Name, CrCacheException Warning)> _warnings = [];
    private readonly TextReporter _plain = new();
    private readonly TaskCompletionSource _end = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private Task? _display;

    /// <summary>The terminal on standard error; standard output belongs to results.</summary>
    public static IAnsiConsole StandardError() =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    public void Progress(string name, string message) => Set(name, LiveState.Working, message);

    public void Detail(string name, string message) => Set(name, LiveState.Working, message);

    public void Step(string name, string message) => Set(name, LiveState.Working, message);

    public void Done(string name, string result, double seconds, string message) => Set(name, LiveState.Done, message);

    public void Restored(string name, string message) => Set(name, LiveState.Done, message);

    public void Error(string name, CrCacheException error)
    {
        lock (_lock)
        {
            if (_end.Task.IsCompleted || _display is null)
            {
                _plain.Error(name, error);
                return;
            }

            _errors.Add(error);
        }

        Set(name, LiveState.Failed, error.Code);
    }

    public void Warning(string name, CrCacheException warning)
    {
        lock (_lock)
        {
            if (_end.Task.IsCompleted || _display is null)
            {
                _plain.Warning(name, warning);
                return;
            }

            _warnings.Add((name, warning));
        }
    }

    public void Dispose()
    {
        _end.TrySetResult();
        _display?.GetAwaiter().GetResult();
        _display = null;
        foreach (var (name, warning) in _warnings)
        {
            _plain.Warning(name, warning);
        }

        _warnings.Clear();
        foreach (var error in _errors)
        {
            _plain.Error("", error);
        }

        _errors.Clear();
    }

    private void Set(string name, LiveState state, string message)
    {
        message = ShownText.Of(message);
        lock (_lock)
        {
            if (_end.Task.IsCompleted)
            {
                _plain.Progress(name, message);
                return;
            }

            if (!_lines.TryGetValue(name, out var line))
            {
                // What is reported under crcache's own name is about all items: it is no item.
                if (state == LiveState.Failed)
                {
                    return;
                }

                _order.Add(name);
                line = new LiveLine(LiveState.Working, "", _clock.Elapsed);
            }

            _lines[name] = line with { State = state, Message = message };
            _display ??= console.Live(new Rows()).Overflow(VerticalOverflow.Visible).StartAsync(ShowAsync);
        }
    }

    private async Task ShowAsync(LiveDisplayContext context)
    {
        var spinner = console.Profile.Capabilities.Unicode ? Spinner.Known.Dots : Spinner.Known.Line;
        do
        {
            await Task.WhenAny(_end.Task, Task.Delay(spinner.Interval)).ConfigureAwait(false);
            var frame = _clock.ElapsedMilliseconds / (long)spinner.Interval.TotalMilliseconds % spinner.Frames.Count;
            context.UpdateTarget(new Rows(Render(spinner.Frames[(int)frame])));
        }
        while (!_end.Task.IsCompleted);
    }

    private List<IRenderable> Render(string frame)
    {
        lock (_lock)
        {
            var width = _order.Max(name => name.Length);
            return _order.ConvertAll<IRenderable>(name => Render(name.PadRight(width), _lines[name], frame));
        }
    }

    private Paragraph Render(string name, LiveLine line, string frame)
    {
        var unicode = console.Profile.Capabilities.Unicode;
        var (mark, color) = line.State switch
        {
            LiveState.Done => (unicode ? "✓" : "+", Color.Green),
            LiveState.Failed => (unicode ? "✗" : "x", Color.Red),

            // Interrupted, or waiting for one that failed: it will not go on.
            _ when _end.Task.IsCompleted => (unicode ? "·" : "-", Color.Grey),
            _ => (frame, Color.Blue),
        };
        var text = new Paragraph().Append(mark + " ", new Style(color)).Append(name + "  ");
        if (line.State == LiveState.Working && !_end.Task.IsCompleted)
        {
            // One line as long as it changes: the display would jump otherwise.
            text.Overflow(Overflow.Ellipsis);
            var seconds = string.Create(CultureInfo.InvariantCulture, $"{(_clock.Elapsed - line.Since).TotalSeconds:0.0} s");
            return text.Append(seconds.PadLeft(6) + "  ", new Style(Color.Grey)).Append(FirstLine(line.Message));
        }

        return text.Append(line.Message);
    }

    private static string FirstLine(string message) => message.Split('\n')[0];

    private sealed record LiveLine(LiveState State, string Message, TimeSpan Since);

    private enum LiveState
    {
        Working,
        Done,
        Failed,
    }
}
