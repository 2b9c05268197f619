using System.Net.Sockets;
using CrCache.Shared;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace CrCache.Tasks;

/// <summary>After the tests: says how each container was brought back, and ends a lease that no test host has come for.</summary>
public sealed class ReportLease : Task
{
    /// <summary>The same as for <see cref="StartLease"/>.</summary>
    [Required]
    public string LeaseId { get; set; } = "";

    /// <summary>What the lease has written.</summary>
    [Required]
    public string ReportFile { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        foreach (var entry in LeaseReport.Read(ReportFile))
        {
            // Never a warning: a project that treats warnings as errors would fail on a machine without CRIU.
            Announcement.Say(BuildEngine, $"CrCache: {entry.Message}{(entry.Note is null ? "" : $". {entry.Note}")}");
        }

        if (PrefetchedLease.Take(LeaseId) is { } lease)
        {
            EndUnlessTaken(lease.Pipe);
        }

        return true;
    }

    // A lease ends when its client goes. Where no test host came (nothing to run, a host that cannot start) this is the client.
    // Where one came, the pipe is gone or busy, and nothing happens.
    private static void EndUnlessTaken(string pipe)
    {
        try
        {
            using var client = LeaseSocket.Client(pipe);
            client.Connect(0);
        }
        catch (Exception e) when (e is TimeoutException or IOException or UnauthorizedAccessException or SocketException)
        {
            // Nobody listens any more.
        }
    }
}
