using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CrCache.Registries;

namespace CrCache.Engine.Tests;

/// <summary>What a user of a registry has on disk: docker's configuration, archives. Thrown away with the test.</summary>
internal sealed class RegistryClientFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache client ").FullName;

    public RegistryClientFolder() => Directory.CreateDirectory(Docker);

    /// <summary>Docker's configuration.</summary>
    public string Docker => Path.Combine(_folder, "docker");

    /// <summary>A path where nothing is.</summary>
    public string NewPath => Path.Combine(_folder, Guid.NewGuid().ToString("N"));

    /// <summary>As <c>docker login</c>.</summary>
    public void SignIn(RegistryServer registry, string password = RegistryServer.Password)
    {
        var auth = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{RegistryServer.User}:{password}"));
        Configure(new { auths = new Dictionary<string, object> { [registry.Host] = new { auth } } });
    }

    /// <summary>Writes docker's config.json.</summary>
    public void Configure(object configuration) =>
        File.WriteAllText(Path.Combine(Docker, "config.json"), JsonSerializer.Serialize(configuration));

    /// <summary>Trusts an authority for a registry, as docker does.</summary>
    public void Trust(RegistryServer registry, TestAuthority authority)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Docker, "certs.d", registry.Host)).FullName;
        File.WriteAllText(Path.Combine(folder, "ca.crt"), authority.Pem);
    }

    /// <summary>Makes an archive of random bytes; what is in it does not matter to a registry.</summary>
    public string NewArchive(int size)
    {
        var path = NewPath;
        File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(size));
        return path;
    }

    /// <summary>A registry's repository as this user sees it.</summary>
    public CheckpointRegistry Open(RegistryReference repository) => new(repository, Docker);

    /// <summary>A record with a key of its own.</summary>
    public static RegistryRecord NewRecord() => new()
    {
        Key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
        Name = "mysql",
        DiffId = $"sha256:{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}",
        Os = "linux",
        Architecture = "amd64",
        Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)),
        HasMemory = true,
        BaseImage = "mysql:9",
        BaseImageId = $"sha256:{new string('a', 64)}",
        EngineName = "docker",
        EngineVersion = "28.5.2",
        RuntimeName = "runc",
        CriuVersion = "4.2.1",
        Kernel = "6.18.0",
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
