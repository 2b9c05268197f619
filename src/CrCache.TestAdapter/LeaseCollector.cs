using Microsoft.VisualStudio.TestPlatform.ObjectModel.DataCollection;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.DataCollector.InProcDataCollector;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.InProcDataCollector;

namespace CrCache.TestAdapter;

/// <summary>
/// Runs in the test host before the first test: waits for the containers and sets their environment variables. It does not run
/// for discovery.
/// </summary>
public sealed class LeaseCollector : InProcDataCollection
{
    // Not in the arguments' own interface; the platform has set it since there are in-process collectors.
    private const string SourcesProperty = "TestSources";

    /// <inheritdoc/>
    public void Initialize(IDataCollectionSink dataCollectionSink)
    {
    }

    /// <inheritdoc/>
    public void TestSessionStart(TestSessionStartArgs testSessionStartArgs) =>
        HeldLease.Acquire(() => LeaseSettings.Find(Sources(testSessionStartArgs), testSessionStartArgs.Configuration ?? ""));

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

    private static string[] Sources(TestSessionStartArgs args) =>
        args.GetPropertyValue(SourcesProperty) is IEnumerable<string> sources ? [.. sources] : [];
}
