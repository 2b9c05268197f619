using System.Diagnostics;

namespace CrCache.Bench.DotnetTest;

/// <summary>One of the projects in bench/dotnet-test.</summary>
internal sealed class TestProject(string name, Workspace workspace)
{
    private static readonly string[] Outputs = ["bin", "obj"];
    private readonly string _directory = Path.Combine(Repository.Bench, "dotnet-test", name);
    private bool _built;

    /// <summary>Builds it from nothing, the first time.</summary>
    public async Task BuildAsync(CancellationToken cancellationToken)
    {
        if (_built)
        {
            return;
        }

        // What was built before may refer to another store, or to an older package of the same version.
        Clean();

        // No build server may stay behind.
        await DotNetAsync(["build", "-c", "Release", "--nologo", "--disable-build-servers"], cancellationToken);
        _built = true;
    }

    /// <summary>Removes what builds have left.</summary>
    public void Clean()
    {
        foreach (var output in Outputs.Select(folder => Path.Combine(_directory, folder)).Where(Directory.Exists))
        {
            Directory.Delete(output, recursive: true);
        }
    }

    /// <summary>Runs <c>dotnet</c> in its directory, with the store of this run.</summary>
    public Task DotNetAsync(string[] arguments, CancellationToken cancellationToken) =>
        Command.RunAsync(DotNet(workspace.Home, arguments), cancellationToken);

    /// <summary>How to start <c>dotnet</c> in its directory.</summary>
    public ProcessStartInfo DotNet(Home home, params IEnumerable<string> arguments)
    {
        var info = home.DotNet(arguments);
        info.WorkingDirectory = _directory;
        return info;
    }
}
