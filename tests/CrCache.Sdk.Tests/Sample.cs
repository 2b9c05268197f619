namespace CrCache.Sdk.Tests;

/// <summary>A copy of a sample that tests may change.</summary>
internal sealed record Sample(string Directory, string Project)
{
    private string ProjectFile => Path.Combine(Directory, Project + ".csproj");

    /// <summary>The test assembly.</summary>
    public string Assembly => Path.Combine(Directory, "bin", "Debug", "net10.0", Project + ".dll");

    /// <summary>What the last lease has said of itself.</summary>
    public string Report => File("lease.json");

    /// <summary>Where the item files and checkpoints go.</summary>
    public string Generated => Path.Combine(Directory, "obj", "Debug", "net10.0", "crcache");

    public string File(string name) => Path.Combine(Generated, name);

    public Task<CommandResult> RunAsync(params string[] arguments) => DotNet.RunAsync(Directory, arguments);

    public Task<CommandResult> RunAsync((string Name, string Value)[] environment, params string[] arguments) =>
        DotNet.RunAsync(Directory, environment, arguments);

    /// <summary>Builds, unless a test before has and none since took a file away: a build that has nothing to do takes seconds.</summary>
    public async Task EnsureBuiltAsync()
    {
        if (!new[] { "mysql.checkpoint", "mysql.checkpoint.json" }.All(name => System.IO.File.Exists(File(name))))
        {
            (await RunAsync("build")).Succeeded();
        }
    }

    public void ChangeProject(Func<string, string> change) =>
        System.IO.File.WriteAllText(ProjectFile, change(System.IO.File.ReadAllText(ProjectFile)));
}
