using System.Collections;
using Microsoft.Build.Framework;

namespace CrCache.Tasks.Tests;

/// <summary>A made-up MSBuild that keeps what a task says.</summary>
internal sealed class FakeBuildEngine : IBuildEngine3
{
    private readonly List<BuildEventArgs> _events = [];

    public IReadOnlyList<BuildErrorEventArgs> Errors => Logged<BuildErrorEventArgs>();

    public IReadOnlyList<BuildWarningEventArgs> Warnings => Logged<BuildWarningEventArgs>();

    public IReadOnlyList<BuildMessageEventArgs> Messages => Logged<BuildMessageEventArgs>();

    /// <summary>True while the task lets other projects be built.</summary>
    public bool IsYielded { get; private set; }

    /// <summary>What building another project does; its parameters are the project's file, the target and the properties.</summary>
    public Func<string, string, IDictionary, bool>? Build { get; set; }

    public bool ContinueOnError => false;

    public int LineNumberOfTaskNode => 1;

    public int ColumnNumberOfTaskNode => 1;

    public string ProjectFileOfTaskNode => "/tests/Made.up.targets";

    public bool IsRunningMultipleNodes => false;

    public void LogErrorEvent(BuildErrorEventArgs e) => Log(e);

    public void LogWarningEvent(BuildWarningEventArgs e) => Log(e);

    public void LogMessageEvent(BuildMessageEventArgs e) => Log(e);

    public void LogCustomEvent(CustomBuildEventArgs e) => Log(e);

    public void Yield() => IsYielded = true;

    public void Reacquire() => IsYielded = false;

    public bool BuildProjectFile(string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs) =>
        throw new NotSupportedException();

    public bool BuildProjectFile(
        string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs, string toolsVersion) =>
        throw new NotSupportedException();

    bool IBuildEngine2.BuildProjectFilesInParallel(
        string[] projectFileNames,
        string[] targetNames,
        IDictionary[] globalProperties,
        IDictionary[] targetOutputsPerProject,
        string[] toolsVersion,
        bool useResultsCache,
        bool unloadProjectsOnCompletion) => throw new NotSupportedException();

    BuildEngineResult IBuildEngine3.BuildProjectFilesInParallel(
        string[] projectFileNames,
        string[] targetNames,
        IDictionary[] globalProperties,
        IList<string>[] removeGlobalProperties,
        string[] toolsVersion,
        bool returnTargetOutputs) =>
        new((Build ?? throw new NotSupportedException())(projectFileNames.Single(), targetNames.Single(), globalProperties.Single()), []);

    private void Log(BuildEventArgs e)
    {
        lock (_events)
        {
            _events.Add(e);
        }
    }

    private T[] Logged<T>()
    {
        lock (_events)
        {
            return [.. _events.OfType<T>()];
        }
    }
}
