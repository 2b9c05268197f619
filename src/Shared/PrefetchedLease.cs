using System.Globalization;

namespace CrCache.Shared;

/// <summary>
/// A lease that a build has started for its test host, which finds it in an environment variable:
/// <c>CRCACHE_LEASE_ID={"pipe":"…","process":"…"}</c>.
/// </summary>
internal sealed class PrefetchedLease(string pipe, int processId)
{
    /// <summary>The pipe to connect to.</summary>
    public string Pipe { get; } = pipe;

    /// <summary>The process that serves it.</summary>
    public int ProcessId { get; } = processId;

    /// <summary>The variable's name: one MSBuild process may test several projects.</summary>
    public static string VariableName(string leaseId) => "CRCACHE_LEASE_" + leaseId;

    /// <summary>Sets the variable.</summary>
    public void Offer(string leaseId) => Environment.SetEnvironmentVariable(
        VariableName(leaseId), JsonWriter.Object(("pipe", Pipe), ("process", ProcessId.ToString(CultureInfo.InvariantCulture))));

    /// <summary>Reads the variable and removes it, so that nobody takes the same lease again; null when there is none.</summary>
    public static PrefetchedLease? Take(string leaseId)
    {
        var name = VariableName(leaseId);
        var lease = JsonReader.TryReadObject(Environment.GetEnvironmentVariable(name) ?? "");
        Environment.SetEnvironmentVariable(name, null);
        return lease is not null
            && lease.TryGetValue("pipe", out var value) && value is string pipe
            && lease.TryGetValue("process", out value)
            && int.TryParse(value as string, NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
                ? new PrefetchedLease(pipe, processId)
                : null;
    }
}
