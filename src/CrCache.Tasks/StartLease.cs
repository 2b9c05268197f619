using CrCache.Shared;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace CrCache.Tasks;

/// <summary>
/// Starts <c>crcache lease</c> in the background just before the tests: the restore runs while vstest.console and the test host
/// start. The test host finds it by the environment variable <c>CRCACHE_LEASE_ID</c>, which it inherits from this process.
/// </summary>
public sealed class StartLease : Task
{
    /// <summary>What tells this project's variable from another's in the same process.</summary>
    [Required]
    public string LeaseId { get; set; } = "";

    /// <summary>The checkpoint files.</summary>
    [Required]
    public ITaskItem[] Checkpoints { get; set; } = [];

    /// <summary>Where the lease says what it did.</summary>
    [Required]
    public string ReportFile { get; set; } = "";

    /// <summary>The path of <c>crcache</c>.</summary>
    [Required]
    public string Tool { get; set; } = "";

    /// <summary>The <c>dotnet</c> that runs it when it is a dll.</summary>
    [Required]
    public string DotNetHost { get; set; } = "";

    /// <summary>The project: the place that errors point to.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        Log.Guard(() => File.Delete(ReportFile));
        if (!Log.HasLoggedErrors)
        {
            Start();
        }

        return !Log.HasLoggedErrors;
    }

    private void Start()
    {
        try
        {
            var (lease, pipe) = ToolCommand.StartLease(Tool, DotNetHost, Checkpoints.Select(checkpoint => checkpoint.ItemSpec), ReportFile);
            using (lease)
            {
                // The lease outlives this task, so it must hold nothing of ours: `dotnet test | cat` waits for the last holder.
                lease.StandardOutput.Close();
                lease.StandardError.Close();
                new PrefetchedLease(pipe, lease.Id).Offer(LeaseId);
                Log.LogMessage(MessageImportance.Low, "CrCache: lease {0} started, process {1}", pipe, lease.Id);
            }
        }
        catch (ToolNotStartedException e)
        {
            Log.Error(ErrorCodes.ToolNotStarted, e.Message, ProjectFile);
        }
        catch (LeaseSocketException e)
        {
            Log.Error(LeaseSocketException.Code, e.Message, ProjectFile);
        }
    }
}
