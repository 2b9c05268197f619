using System.Collections;
using System.Globalization;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace CrCache.Tasks;

/// <summary>Shows what is waited for, one thing after the other, and in the end what came of it.</summary>
public sealed class WatchProgress : Task, ICancelableTask
{
    // As the terminal logger has it; and what it writes around a text: indentation, blanks, "(999.9s)".
    private const int WidestRow = 120;
    private const int BesideText = 14;
    private const int ShortestText = 16;

    private volatile bool _canceled;

    /// <summary>The file that says what is waited for.</summary>
    [Required]
    public string StatusFile { get; set; } = "";

    /// <summary>The project that shows it.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>How often the file is looked at.</summary>
    internal static TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public override bool Execute()
    {
        var status = new StatusFile(StatusFile);
        var project = Path.GetFileNameWithoutExtension(ProjectFile);
        while (!_canceled && status.Read() is { Number: { } number } now)
        {
            Show(number, Fit(now.Text, Math.Min(Width(), WidestRow) - project.Length - BesideText));
        }

        if (!_canceled && status.Read().Text is { Length: > 0 } outcome)
        {
            // The one line that the terminal logger keeps of a project: what it takes for its output.
            Log.LogMessage(MessageImportance.High, "{0} -> {1}", project, outcome);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Cancel() => _canceled = true;

    // A row that is too wide is shown without its text.
    internal static string Fit(string text, int width)
    {
        width = Math.Max(width, ShortestText);
        var line = text.Split('\n')[0];
        return line.Length <= width ? line : line.Substring(0, width - 1).TrimEnd() + "…";
    }

    private static int Width()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : WidestRow;
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return WidestRow;
        }
    }

    private void Show(int number, string text) =>
        BuildEngine3.BuildProjectFilesInParallel(
            [ProjectFile],
            [ProgressDisplay.ShownTarget],
            [
                new Hashtable
                {
                    [ProgressDisplay.TextProperty] = ProgressDisplay.Escape(text),
                    [ProgressDisplay.NumberProperty] = number.ToString(CultureInfo.InvariantCulture),
                },
            ],
            [[]],
            [null],
            returnTargetOutputs: false);
}
