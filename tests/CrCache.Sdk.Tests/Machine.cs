namespace CrCache.Sdk.Tests;

/// <summary>A store of its own, as another machine has; what the engine has of it goes with it.</summary>
internal sealed class Machine : IAsyncDisposable
{
    /// <summary>The store. Nothing is made before a build makes it.</summary>
    public string Home { get; } = Path.Combine(Path.GetTempPath(), $"crcache machine {Guid.NewGuid():N}");

    /// <summary>The environment of its builds: a machine of the team, which has the team's key.</summary>
    public (string Name, string Value)[] Environment =>
    [
        ("CRCACHE_HOME", Home), ("CI", ""), ("CRCACHE_REGISTRY", ""), ("CRCACHE_REGISTRY_MODE", ""),
        ("CRCACHE_REGISTRY_KEY", TestStore.TeamKey),
    ];

    /// <summary>The only archive in its store.</summary>
    public string Archive => Directory.GetFiles(Path.Combine(Home, "archives"), "*.checkpoint").Single();

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(Home))
        {
            (await DotNet.RunAsync(Home, Environment, Repository.Tool, "remove", "--all")).Succeeded();
            Directory.Delete(Home, recursive: true);
        }
    }
}
