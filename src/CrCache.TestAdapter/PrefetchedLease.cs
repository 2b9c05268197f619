using System.Globalization;

namespace CrCache;

/// <summary>The variable by which a build tells its test host of the lease that it has started: <c>PIPE|PID</c>.</summary>
internal static class PrefetchedLease
{
    /// <summary>The variable's name: one MSBuild process may test several projects.</summary>
    public static string VariableName(string leaseId) => "CRCACHE_LEASE_" + leaseId;

    /// <summary>The variable's value.</summary>
    public static string Format(string pipe, int processId) => pipe + "|" + processId.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads the variable and removes it, so that nobody takes the same lease again; null when there is none.</summary>
    public static (string Pipe, int ProcessId)? Take(string leaseId)
    {
        var name = VariableName(leaseId);
        var parts = (Environment.GetEnvironmentVariable(name) ?? "").Split('|');
        Environment.SetEnvironmentVariable(name, null);
        return parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
            ? (parts[0], processId)
            : null;
    }
}
