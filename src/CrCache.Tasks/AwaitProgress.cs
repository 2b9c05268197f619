using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace CrCache.Tasks;

/// <summary>Waits for as long as one thing is waited for; the terminal logger shows the project that this belongs to meanwhile.</summary>
public sealed class AwaitProgress : Task, ICancelableTask
{
    private volatile bool _canceled;

    /// <summary>The file that says what is waited for.</summary>
    [Required]
    public string StatusFile { get; set; } = "";

    /// <summary>The number of it.</summary>
    [Required]
    public int Number { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        var status = new StatusFile(StatusFile);

        // Let this node build other projects meanwhile.
        BuildEngine3.Yield();
        try
        {
            while (!_canceled && status.Read().Number == Number)
            {
                Thread.Sleep(WatchProgress.Interval);
            }
        }
        finally
        {
            BuildEngine3.Reacquire();
        }

        return true;
    }

    /// <inheritdoc/>
    public void Cancel() => _canceled = true;
}
