using System.Collections.Concurrent;
using System.Diagnostics;
using CrCache.Shared;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace CrCache.Tasks;

/// <summary>
/// Makes the checkpoints of the items that are not up to date, all by one call of <c>crcache</c>, which works on them at the same
/// time.
/// </summary>
public sealed class MakeCheckpoints : Task, ICancelableTask
{
    private readonly object _gate = new();
    private Process? _process;
    private bool _canceled;

    /// <summary>The stale item files, with the metadata <c>Name</c>, <c>Checkpoint</c> and <c>Stamp</c>.</summary>
    [Required]
    public ITaskItem[] Items { get; set; } = [];

    /// <summary>The path of <c>crcache</c>.</summary>
    [Required]
    public string Tool { get; set; } = "";

    /// <summary>The <c>dotnet</c> that runs it when it is a dll.</summary>
    [Required]
    public string DotNetHost { get; set; } = "";

    /// <summary>A team's registry, <c>host/repository</c>, or empty.</summary>
    public string? Registry { get; set; }

    /// <summary><c>pull</c>, <c>push</c>, <c>off</c>, or empty for <c>pull</c>.</summary>
    public string? RegistryMode { get; set; }

    /// <summary>The repository whose memory is restored without a signature, or empty.</summary>
    public string? RegistryTrust { get; set; }

    /// <summary>The project: the place that errors point to.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The targets by which the terminal logger shows what is waited for; empty for other loggers, which show messages.</summary>
    public string? ProgressTargets { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        var arguments = new List<string> { "checkpoint" };
        foreach (var item in Items)
        {
            arguments.Add("--item");
            arguments.Add(item.ItemSpec);
        }

        arguments.Add("--json");
        AddIfGiven(arguments, "--registry", Registry);
        AddIfGiven(arguments, "--registry-mode", RegistryMode);
        AddIfGiven(arguments, "--registry-trust", RegistryTrust);
        Run(arguments);
        return !Log.HasLoggedErrors && !_canceled;
    }

    /// <inheritdoc/>
    public void Cancel()
    {
        lock (_gate)
        {
            _canceled = true;
            if (_process is not null)
            {
                ProcessEnd.Request(_process);
            }
        }
    }

    private static void AddIfGiven(List<string> arguments, string option, string? value)
    {
        if (value is { Length: > 0 })
        {
            arguments.Add(option);
            arguments.Add(value);
        }
    }

    private void Run(IEnumerable<string> arguments)
    {
        using var process = Start(arguments);
        if (process is null)
        {
            return;
        }

        var errors = new OutputTail(process);
        var said = new CheckpointLines(Log, Items, ProjectFile);
        using var display = TryDisplay();
        using var lines = new BlockingCollection<string>();
        var reading = System.Threading.Tasks.Task.Run(() => Read(process.StandardOutput, lines, display));
        Show(display, reading);

        // Making one takes seconds: let this node build other projects meanwhile.
        BuildEngine3.Yield();
        try
        {
            foreach (var line in lines.GetConsumingEnumerable())
            {
                said.Relay(line);
            }
        }
        finally
        {
            BuildEngine3.Reacquire();
        }

        reading.Wait();
        process.WaitForExit();
        lock (_gate)
        {
            _process = null;
        }

        if (!_canceled && !Log.HasLoggedErrors)
        {
            said.Finish(process.ExitCode, errors.LastWords(TimeSpan.Zero));
        }
    }

    // On a thread of its own: MSBuild takes no message of a task while that builds another project, which the display does.
    private static void Read(StreamReader output, BlockingCollection<string> lines, ProgressDisplay? display)
    {
        try
        {
            while (output.ReadLine() is { } text)
            {
                if (display is not null && ToolLine.TryParse(text) is { } line)
                {
                    display.Tell(line);
                }

                lines.Add(text);
            }
        }
        finally
        {
            display?.End();
            lines.CompleteAdding();
        }
    }

    private ProgressDisplay? TryDisplay()
    {
        try
        {
            return string.IsNullOrEmpty(ProgressTargets) ? null : new ProgressDisplay(
                Path.GetDirectoryName(Path.GetFullPath(Items[0].ItemSpec))!,
                Path.GetFileNameWithoutExtension(ProjectFile),
                ProgressTargets!,
                Items.Select(item => item.GetMetadata("Name")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.LogMessage(MessageImportance.Low, "CrCache: what is waited for cannot be shown: {0}", e.Message);
            return null;
        }
    }

    // MSBuild throws where the build is canceled, and then takes nothing more of this task: crcache has to be gone before.
    private void Show(ProgressDisplay? display, System.Threading.Tasks.Task reading)
    {
        try
        {
            display?.Show(BuildEngine3);
        }
        catch
        {
            Cancel();
            reading.Wait();
            throw;
        }
    }

    // Null when there is nothing to wait for: canceled before it began, or it cannot be started.
    private Process? Start(IEnumerable<string> arguments)
    {
        lock (_gate)
        {
            try
            {
                return _process = _canceled ? null : ToolCommand.Start(Tool, DotNetHost, arguments);
            }
            catch (ToolNotStartedException e)
            {
                Log.Error(ErrorCodes.ToolNotStarted, e.Message, ProjectFile);
                return null;
            }
        }
    }
}
