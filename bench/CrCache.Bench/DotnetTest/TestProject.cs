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
        foreach (var output in Outputs.Select(folder => Path.Combine(_directory, folder)).Where(Directory.Exists))
        {
            Directory.Delete(output, recursive: true);
        }

        // No build server may stay behind.
        await DotNetAsync(["build", "-c", "Release", "--nologo", "--disable-build-servers"], cancellationToken);
        _built = true;
    }

    /// <summary>Runs <c>dotnet</c> in its directory.</summary>
    public async Task DotNetAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var info = workspace.Home.DotNet(arguments);
        info.WorkingDirectory = _directory;
        await Command.RunAsync(info, cancellationToken);
    }
}
