using System.CommandLine;
using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Cli.Output;
using CrCache.Engines;
using CrCache.Store;

namespace CrCache.Cli.Commands;

/// <summary>What a command's body needs of its command line.</summary>
internal sealed class CommandContext(ParseResult result, IReporter reporter)
{
    /// <summary>Where progress and errors go.</summary>
    public IReporter Reporter { get; } = reporter;

    /// <summary>Results are for a program.</summary>
    public bool Json { get; } = result.GetValue(CommonOptions.Json);

    /// <summary>What this user's engines have.</summary>
    public CheckpointStore Store { get; } = new();

    /// <summary>This user's archives.</summary>
    public ArchiveStore Archives { get; } = UserArchives.Open();

    /// <summary>The address of the engine that the command line or this machine's settings name.</summary>
    public EngineEndpoint LocateEngine() => new EngineLocator().Locate(result.GetValue(CommonOptions.Engine));

    /// <summary>A client of that engine.</summary>
    public IEngine OpenEngine() => EngineLocator.Open(LocateEngine());

    /// <summary>What makes checkpoints on an engine, and finds them.</summary>
    public CheckpointMaker MakerFor(IEngine engine) => new(engine, Store, Archives);
}
