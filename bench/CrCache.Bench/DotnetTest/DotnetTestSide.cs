using System.Diagnostics;
using CrCache.Bench.Measuring;

namespace CrCache.Bench.DotnetTest;

/// <summary><c>dotnet test --no-build</c> of one of the projects in bench/dotnet-test, which it has built before.</summary>
internal sealed class DotnetTestSide(string name, string label, string project, Workspace workspace) : ISide
{
    private static readonly string[] Outputs = ["bin", "obj"];
    private readonly string _project = Path.Combine(Repository.Bench, "dotnet-test", project);

    public string Name => name;

    public string Label => label;

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        // What was built before may refer to another store, or to an older package of the same version.
        foreach (var output in Outputs.Select(folder => Path.Combine(_project, folder)).Where(Directory.Exists))
        {
            Directory.Delete(output, recursive: true);
        }

        workspace.Own(Path.Combine(_project, "obj", "Release", "net10.0", "crcache", "mysql.checkpoint"));

        // No build server may stay behind.
        await RunAsync(["build", "-c", "Release", "--nologo", "--disable-build-servers"], cancellationToken);
    }

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await RunAsync(["test", "-c", "Release", "--nologo", "--no-build"], cancellationToken);
        return clock.Elapsed.TotalMilliseconds;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var info = Repository.DotNet(workspace.Home, arguments);
        info.WorkingDirectory = _project;
        await Command.RunAsync(info, cancellationToken);
    }
}
