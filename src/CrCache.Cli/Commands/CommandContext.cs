using System.CommandLine;
using CrCache.Cli.Output;
using CrCache.Engines;

namespace CrCache.Cli.Commands;

/// <summary>What a command's body needs of its command line.</summary>
internal sealed class CommandContext(ParseResult result, IReporter reporter)
{
    /// <summary>Where progress and errors go.</summary>
    public IReporter Reporter { get; } = reporter;

    /// <summary>Results are for a program.</summary>
    public bool Json { get; } = result.GetValue(CommonOptions.Json);

    /// <summary>The address of the engine that the command line or this machine's settings name.</summary>
    public EngineEndpoint LocateEngine() => new EngineLocator().Locate(result.GetValue(CommonOptions.Engine));

    /// <summary>A client of that engine.</summary>
    public IEngine OpenEngine() => EngineLocator.Open(LocateEngine());
}
