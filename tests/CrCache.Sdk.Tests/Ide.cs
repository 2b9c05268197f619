using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Microsoft.TestPlatform.VsTestConsole.TranslationLayer;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Client;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Client.Interfaces;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging;

namespace CrCache.Sdk.Tests;

/// <summary>Drives tests the way Visual Studio and C# Dev Kit do: one vstest.console for a whole session.</summary>
internal sealed class Ide : IDisposable
{
    private readonly VsTestConsoleWrapper _console;

    public Ide()
    {
        _console = new VsTestConsoleWrapper(
            Path.Combine(SamplesFixture.SdkDirectory, "vstest.console.dll"),
            new ConsoleParameters
            {
                EnvironmentVariables = DotNet.CleanEnvironment().ToDictionary(pair => pair.Key, pair => (string?)pair.Value),
            });
        _console.StartSession();
    }

    public void Dispose() => _console.EndSession();

    public IReadOnlyList<TestCase> Discover(Sample sample, string? settings)
    {
        var handler = new Handler();
        _console.DiscoverTests([sample.Assembly], settings, handler);
        return handler.Found;
    }

    public Run Test(Sample sample, string? settings)
    {
        var handler = new Handler();
        _console.RunTests([sample.Assembly], settings, handler);
        return handler.Run;
    }

    public Run Test(TestCase test, string? settings)
    {
        var handler = new Handler();
        _console.RunTests([test], settings, handler);
        return handler.Run;
    }

    /// <summary>With a debugger, which is attached to the test host that the platform has started.</summary>
    public Run Debug(TestCase test, string? settings) => Launch(test, settings, new Launcher(isDebug: true));

    /// <summary>With a profiler, for which the IDE starts the test host itself.</summary>
    public Run Profile(TestCase test, string? settings) => Launch(test, settings, new Launcher(isDebug: false));

    [ModuleInitializer]
    internal static void LoadFromSdk() => AssemblyLoadContext.Default.Resolving += (context, name) =>
        name.Name == "Microsoft.TestPlatform.VsTestConsole.TranslationLayer"
            ? context.LoadFromAssemblyPath(Path.Combine(SamplesFixture.SdkDirectory, name.Name + ".dll"))
            : null;

    private Run Launch(TestCase test, string? settings, Launcher launcher)
    {
        var handler = new Handler();
        _console.RunTestsWithCustomTestHost([test], settings, handler, launcher);
        Assert.True(launcher.Used == 1, $"the launcher was called {launcher.Used} times\n{handler.Run}");
        return handler.Run;
    }

    /// <summary>What came of a run: the tests by their result, and what was said.</summary>
    internal sealed record Run(IReadOnlyList<TestResult> Results, string Log)
    {
        public void Passed(int tests) =>
            Assert.True(
                Results.Count == tests && Results.All(result => result.Outcome == TestOutcome.Passed), $"expected {tests} to pass\n{this}");

        public override string ToString() =>
            string.Join(
                '\n', Results.Select(result => $"{result.TestCase.FullyQualifiedName} {result.Outcome} {result.ErrorMessage}")) + Log;
    }

    private sealed class Launcher(bool isDebug) : ITestHostLauncher2
    {
        public int Used { get; private set; }

        public bool IsDebug => isDebug;

        public bool AttachDebuggerToProcess(int pid) => AttachDebuggerToProcess(pid, CancellationToken.None);

        public bool AttachDebuggerToProcess(int pid, CancellationToken cancellationToken) => ++Used > 0;

        public int LaunchTestHost(TestProcessStartInfo info) => LaunchTestHost(info, CancellationToken.None);

        public int LaunchTestHost(TestProcessStartInfo info, CancellationToken cancellationToken)
        {
            Used++;
            var start = new ProcessStartInfo(info.FileName!, info.Arguments!) { WorkingDirectory = info.WorkingDirectory };
            start.Environment.Clear();
            foreach (var (name, value) in DotNet.CleanEnvironment()
                .Concat(info.EnvironmentVariables!.Select(pair => KeyValuePair.Create(pair.Key, pair.Value ?? ""))))
            {
                start.Environment[name] = value;
            }

            return Process.Start(start)!.Id;
        }
    }

    private sealed class Handler : ITestDiscoveryEventsHandler, ITestRunEventsHandler
    {
        private readonly List<TestResult> _results = [];
        private string _log = "";

        public List<TestCase> Found { get; } = [];

        public Run Run => new(_results, _log);

        public void HandleDiscoveredTests(IEnumerable<TestCase>? discoveredTestCases) => Found.AddRange(discoveredTestCases ?? []);

        public void HandleDiscoveryComplete(long totalTests, IEnumerable<TestCase>? lastChunk, bool isAborted) =>
            Found.AddRange(lastChunk ?? []);

        public void HandleTestRunStatsChange(TestRunChangedEventArgs? testRunChangedArgs) =>
            _results.AddRange(testRunChangedArgs?.NewTestResults ?? []);

        public void HandleTestRunComplete(
            TestRunCompleteEventArgs testRunCompleteArgs,
            TestRunChangedEventArgs? lastChunkArgs,
            ICollection<AttachmentSet>? runContextAttachments,
            ICollection<string>? executorUris)
        {
            _results.AddRange(lastChunkArgs?.NewTestResults ?? []);
            _log += string.Create(CultureInfo.InvariantCulture, $"\naborted: {testRunCompleteArgs.IsAborted} {testRunCompleteArgs.Error}");
        }

        public void HandleLogMessage(TestMessageLevel level, string? message) => _log += $"\n{level}: {message}";

        public void HandleRawMessage(string rawMessage)
        {
        }

        public int LaunchProcessWithDebuggerAttached(TestProcessStartInfo testProcessStartInfo) => -1;
    }
}
