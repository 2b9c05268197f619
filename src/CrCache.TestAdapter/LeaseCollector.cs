using Microsoft.VisualStudio.TestPlatform.ObjectModel.DataCollection;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.DataCollector.InProcDataCollector;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.InProcDataCollector;

namespace CrCache.TestAdapter;

/// <summary>
/// Runs in the test host before the first test: waits for the containers and sets their environment variables. It does not run
/// for discovery. The containers live for as long as this process does: the lease sees its connection close.
/// </summary>
public sealed class LeaseCollector : InProcDataCollection
{
    private const int AbortExitCode = 77;
    private static readonly object s_gate = new();

    // Of the process, not of the session: an IDE may run several sessions in one test host, and what tests keep in static
    // fields (a connection string) must stay true.
    private static LeaseConnection? s_connection;

    /// <inheritdoc/>
    public void Initialize(IDataCollectionSink dataCollectionSink)
    {
    }

    /// <inheritdoc/>
    public void TestSessionStart(TestSessionStartArgs testSessionStartArgs)
    {
        try
        {
            lock (s_gate)
            {
                if (s_connection is not { IsOpen: true })
                {
                    s_connection = LeaseConnection.Open(LeaseSettings.Parse(testSessionStartArgs.Configuration ?? ""));
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

    /// <inheritdoc/>
    public void TestSessionEnd(TestSessionEndArgs testSessionEndArgs)
    {
    }

    /// <inheritdoc/>
    public void TestCaseStart(TestCaseStartArgs testCaseStartArgs)
    {
    }

    /// <inheritdoc/>
    public void TestCaseEnd(TestCaseEndArgs testCaseEndArgs)
    {
    }

    // The only way out of here that stops the run: the platform shows what a host that ended wrote to its standard error.
    private static void Abort(Exception reason)
    {
        Console.Error.WriteLine(reason is LeaseException ? $"CrCache: error {reason.Message}" : $"CrCache: error CRC5005: {reason}");
        Console.Error.Flush();
        Environment.Exit(AbortExitCode);
    }
}
