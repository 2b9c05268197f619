using System.Collections;
using System.Diagnostics;
using System.Security;
using System.Text;
using CrCache.Shared;
using Microsoft.Build.Framework;

namespace CrCache.Tasks;

/// <summary>
/// Shows what is waited for with MSBuild's terminal logger. It shows no message of a running task, however important (dotnet/msbuild
/// #6944, #9667), only which project and framework are being built and which target runs, and in the end a project's output. So each
/// thing that is waited for becomes a build of a small project, whose "framework" is the text and which lasts as long as that does.
/// </summary>
/// <remarks>
/// A line of our own on the terminal would be between the logger's, which go up and over themselves; and a node of MSBuild can have
/// another terminal than the build, or none. This asks MSBuild for nothing that is not public, and where a later logger shows
/// something else of a project, nothing is broken.
/// </remarks>
internal sealed class ProgressDisplay : IDisposable
{
    /// <summary>The target that lasts as long as one thing is waited for: the word beside it.</summary>
    public const string ShownTarget = "Checkpoint";

    /// <summary>What the logger shows beside the project's name.</summary>
    public const string TextProperty = "TargetFramework";

    /// <summary>The number in the status file: MSBuild builds nothing twice that differs in nothing.</summary>
    public const string NumberProperty = "CrCacheStatusNumber";

    private const string AllTarget = "Checkpoints";

    // A pull is heard of each second.
    private static readonly TimeSpan s_shortestDetail = TimeSpan.FromSeconds(2);

    // Another project that was built on this node meanwhile takes the row away: it comes back.
    private static readonly TimeSpan s_refresh = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly string _project;
    private readonly string _statusFile;
    private readonly StatusFile _status;
    private readonly List<Waiting> _items;
    private readonly List<ToolLine> _done = [];
    private readonly Timer _timer;
    private int _number;
    private bool _hasErrors;
    private bool _isOver;

    /// <param name="folder">
    /// Where its two files are meanwhile. A folder that stays: MSBuild works in that of the project that it builds, and is not done with
    /// it when a build is canceled.
    /// </param>
    /// <param name="projectName">The project that waits, whose name is shown.</param>
    /// <param name="targets">The targets of the small project.</param>
    /// <param name="items">The names of the items.</param>
    public ProgressDisplay(string folder, string projectName, string targets, IEnumerable<string> items)
    {
        _project = Path.Combine(folder, projectName + ".proj");
        _statusFile = Path.Combine(folder, projectName + ".status");
        _status = new StatusFile(_statusFile);
        _items = [.. items.Select(name => new Waiting(name))];
        FileContent.WriteWhenDifferent(
            _project,
            $"<Project>\n  <PropertyGroup>\n    <CrCacheStatusFile>{SecurityElement.Escape(Escape(_statusFile))}</CrCacheStatusFile>\n"
            + $"  </PropertyGroup>\n  <Import Project=\"{SecurityElement.Escape(Escape(targets))}\" />\n</Project>\n");
        Write();
        _timer = new Timer(_ => Refresh(), null, s_refresh, s_refresh);
    }

    /// <summary>MSBuild takes some characters of a property for its own.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            escaped.Append("%$@'();?*".IndexOf(c) >= 0 ? $"%{(int)c:X2}" : c.ToString());
        }

        return escaped.ToString();
    }

    /// <summary>Shows what is told, until <see cref="End"/>.</summary>
    public void Show(IBuildEngine3 engine) =>
        engine.BuildProjectFilesInParallel(
            [_project],
            [AllTarget],
            [new Hashtable { [TextProperty] = Escape(string.Join(", ", _items.Select(item => item.Name))) }],
            [["RuntimeIdentifier"]],
            [null],
            returnTargetOutputs: false);

    /// <summary>Takes note of what <c>crcache</c> says.</summary>
    public void Tell(ToolLine line)
    {
        lock (_gate)
        {
            _hasErrors |= line.Event == "error";
            if (_items.Find(candidate => candidate.Name == line.Name) is not { } item || !item.Tell(line, s_shortestDetail))
            {
                return;
            }

            if (line.Event == "done")
            {
                _done.Add(line);
            }

            Write();
        }
    }

    /// <summary>There is nothing to wait for any more.</summary>
    public void End()
    {
        lock (_gate)
        {
            // Where something failed, MSBuild's "succeeded" would be wrong, and the errors say it all.
            var lines = _hasErrors ? [] : _done.Select(line => _items.Count > 1 ? $"\n    {line.Name}: {line.Message}" : line.Message);
            _isOver = true;
            _status.WriteEnd(string.Concat(lines));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _isOver = true;
            Delete(_project);
            Delete(_statusFile);
        }
    }

    private static void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next build writes it anew.
        }
    }

    private void Refresh()
    {
        lock (_gate)
        {
            Write();
        }
    }

    private void Write()
    {
        if (!_isOver)
        {
            var texts = _items.Where(item => !item.IsOver).Select(item => item.Describe()).ToList();
            _status.Write(++_number, texts.Count > 0 ? string.Join("; ", texts) : "tidying up");
        }
    }

    // What one item waits for.
    private sealed class Waiting(string name)
    {
        // The logger's own time begins anew with each text.
        private static readonly TimeSpan s_long = TimeSpan.FromSeconds(2);
        private readonly Stopwatch _sinceBegin = Stopwatch.StartNew();
        private readonly Stopwatch _sinceDetail = new();
        private string _text = "looking for its checkpoint";

        public string Name => name;

        public bool IsOver { get; private set; }

        public string Describe() =>
            _sinceBegin.Elapsed < s_long ? $"{name}: {_text}" : $"{name}: {_text}, for {(int)_sinceBegin.Elapsed.TotalSeconds} s";

        // Whether there is something new to show.
        public bool Tell(ToolLine line, TimeSpan shortestDetail)
        {
            IsOver |= line.Event is "done" or "error";
            if (line.Event == "progress")
            {
                _sinceBegin.Restart();
                _sinceDetail.Reset();
            }
            else if (line.Event == "detail" && (!_sinceDetail.IsRunning || _sinceDetail.Elapsed >= shortestDetail))
            {
                _sinceDetail.Restart();
            }
            else
            {
                return IsOver;
            }

            _text = line.Message;
            return true;
        }
    }
}
