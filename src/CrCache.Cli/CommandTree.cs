using System.CommandLine;
using System.CommandLine.Help;
using CrCache.Cli.Commands;

namespace CrCache.Cli;

/// <summary>All commands of crcache; docs/command-line.md describes each, and a test holds the two together.</summary>
internal static class CommandTree
{
    /// <summary>The root with all commands, or with the one alone that the first argument names.</summary>
    /// <remarks>Every test run starts <c>crcache lease</c>: it need not wait for the other commands to be put together.</remarks>
    public static RootCommand Create(Termination termination, string? first = null)
    {
        var root = new RootCommand("Checkpoints of started containers: made once, restored in a fraction of a cold start.")
        {
            CommonOptions.Engine,
        };

        // Windows' /? and /h look like paths to a shell that completes.
        var aliases = root.Options.OfType<HelpOption>().Single().Aliases;
        aliases.Remove("/?");
        aliases.Remove("/h");

        if (Find(termination, first) is { } command)
        {
            root.Subcommands.Add(command);
            return root;
        }

        foreach (var name in Names)
        {
            root.Subcommands.Add(Find(termination, name)!);
        }

        return root;
    }

    private static readonly string[] Names =
    [
        "checkpoint", "run", "list", "explain", "logs", "remove", "store",
        "push", "pull", "registry", "report", "doctor", "runtime", "lease", "completion",
    ];

    private static Command? Find(Termination termination, string? name) => name switch
    {
        "checkpoint" => CheckpointCommand.Create(),
        "run" => RunCommand.Create(termination),
        "list" => ListCommand.Create(),
        "explain" => ExplainCommand.Create(),
        "logs" => LogsCommand.Create(),
        "remove" => RemoveCommand.Create(),
        "store" => StoreCommand.Create(),
        "push" => PushCommand.Create(),
        "pull" => PullCommand.Create(),
        "registry" => RegistryKeyCommand.Create(),
        "report" => ReportCommand.Create(),
        "doctor" => DoctorCommand.Create(),
        "runtime" => RuntimeCommand.Create(),
        "lease" => LeaseCommand.Create(),
        "completion" => CompletionCommand.Create(),
        _ => null,
    };
}
