using CrCache.Shared;

namespace CrCache.TestAdapter;

/// <summary>
/// The containers of this process. They live for as long as it does: the lease sees its connection close. Not for as long as
/// a test session: an IDE may run several in one test host, and what tests keep in static fields (a connection string) must
/// stay true.
/// </summary>
internal static class HeldLease
{
    /// <summary>What a run ends with that cannot have its containers.</summary>
    private const int AbortExitCode = 77;

    // Tells a process that the test host starts for the same assembly (xunit.v3 does) that it has inherited the variables.
    private const string HolderVariable = "CRCACHE_HELD";

    private static readonly object s_gate = new();
    private static LeaseConnection? s_connection;

    /// <summary>Whether this process, or one that it inherits from, holds the containers of these settings.</summary>
    public static bool IsInherited(LeaseSettings settings) => Environment.GetEnvironmentVariable(HolderVariable) == settings.LeaseId;

    /// <summary>
    /// Waits for the containers and sets their variables, unless that has been done; ends the process when they cannot be had.
    /// </summary>
    /// <param name="find">Finds the settings; null when there is nothing to do.</param>
    public static void Acquire(Func<LeaseSettings?> find)
    {
        try
        {
            lock (s_gate)
            {
                if (s_connection is not { IsOpen: true } && find() is { } settings)
                {
                    s_connection = LeaseConnection.Open(settings, LeaseTimeouts.Usual);
                    Environment.SetEnvironmentVariable(HolderVariable, settings.LeaseId);
                }
            }
        }
#pragma warning disable CA1031 // The test platform swallows what leaves here, and the tests would run without their containers.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Abort(e);
        }
    }

    // The only way out of here that stops the run: the platform shows what a host that ended wrote to its standard error.
    private static void Abort(Exception reason)
    {
        Console.Error.WriteLine(ShownText.Of($"CrCache: error {Describe(reason)}"));
        Console.Error.Flush();
        Environment.Exit(AbortExitCode);
    }

    /// <summary>What is said to people: what was foreseen has its code and its words, a defect of ours no stack trace.</summary>
    internal static string Describe(Exception reason) =>
        reason is LeaseException
            ? reason.Message
            : $"CRC5005: the collector failed: {reason.Message} ({reason.GetType()}); please report it";
}
