using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Engines.Docker;
using CrCache.Installed;
using CrCache.Registries;
using CrCache.Shared;
using CrCache.Store;

namespace CrCache.Cli.Commands;

/// <summary>What a command's body needs of its command line.</summary>
/// <param name="result">The command line.</param>
/// <param name="reporter">Where progress and errors go.</param>
/// <param name="ending">Cancelled when the user has asked the process to end, and waits for that.</param>
internal sealed class CommandContext(ParseResult result, IReporter reporter, CancellationToken ending)
{
    /// <summary>Where progress and errors go.</summary>
    public IReporter Reporter { get; } = reporter;

    /// <summary>Results are for a program.</summary>
    public bool Json { get; } = result.GetValue(CommonOptions.Json);

    /// <summary>What this user's engines have.</summary>
    public InstalledCheckpoints Store { get; } = new();

    /// <summary>This user's archives.</summary>
    public ArchiveStore Archives { get; } = UserArchives.Open();

    /// <summary>Writes a result: a JSON line for programs, or text for people.</summary>
    /// <param name="line">The line.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="text">The text.</param>
    /// <param name="asItIs">What the text holds is wanted to the byte, and no terminal obeys it.</param>
    public void Print<T>(T line, JsonTypeInfo<T> type, string text, bool asItIs = false)
    {
        if (Json)
        {
            JsonLines.Write(line, type);
        }
        else
        {
            Console.WriteLine(asItIs ? text : ShownText.Of(text));
        }
    }

    /// <summary>The address of the engine that the command line or this machine's settings name.</summary>
    public EngineEndpoint LocateEngine() => new EngineLocator().Locate(result.GetValue(CommonOptions.Engine));

    /// <summary>A client of that engine.</summary>
    public IEngine OpenEngine() => OpenEngine(LocateEngine(), ending);

    /// <summary>A client of the engine at an address; what it leaves behind, a line says.</summary>
    /// <param name="endpoint">The address.</param>
    /// <param name="ending">Cancelled when the user has asked the process to end, and waits for that.</param>
    public IEngine OpenEngine(EngineEndpoint endpoint, CancellationToken ending) =>
        DockerEngines.Open(endpoint, why => Reporter.Warning(CommandRunner.Self, why), ending);

    /// <summary>What makes checkpoints on an engine, and finds them.</summary>
    public CheckpointProvider MakerFor(IEngine engine) => new(engine, Store, Archives, Trust(), OpenTeamRegistry());

    /// <summary>The repository that the command line or the environment names, or null.</summary>
    /// <exception cref="CrCacheException">It is none (CRC2010).</exception>
    public RegistryReference? Registry() =>
        Setting(CommonOptions.Registry, "CRCACHE_REGISTRY") is { } text ? RegistryReference.Parse(text) : null;

    /// <summary>Whose memory is restored, by the command line and the environment.</summary>
    /// <exception cref="CrCacheException">A key is none (CRC2013), or the trusted repository is (CRC2010).</exception>
    public ArchiveTrust Trust() => new(
        new ArchiveKeys(Archives.Root, Environment.GetEnvironmentVariable(ArchiveKeys.Variable)),
        Setting(CommonOptions.RegistryTrust, ArchiveTrust.Variable) is { } text ? RegistryReference.Parse(text) : null);

    // The mode first: a mistake in it is one whether or not there is a registry, and one that is off need not be named well.
    private TeamRegistry? OpenTeamRegistry() => Mode() is var mode and not RegistryMode.Off && Registry() is { } registry
        ? new TeamRegistry(registry, mode == RegistryMode.Push, Reporter.Warning)
        : null;

    // Nothing is shared unasked: CI also builds what strangers want to have merged.
    private RegistryMode Mode() => Setting(CommonOptions.RegistryMode, "CRCACHE_REGISTRY_MODE")?.ToLowerInvariant() switch
    {
        null or "pull" => RegistryMode.Pull,
        "push" => RegistryMode.Push,
        "off" => RegistryMode.Off,
        var text => throw new CrCacheException(
            ErrorCodes.BadRegistryMode, $"The registry's mode is \"{text}\"; it can be pull, push or off."),
    };

    private string? Setting(Option<string?> option, string variable) =>
        (result.GetResult(option) is null ? null : result.GetValue(option)) is { Length: > 0 } written ? written
        : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set ? set
        : null;
}
