using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Diagnostics;
using CrCache.Cli.Completion;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Leases;
using CrCache.Shared;
using CrCache.Specs;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache run</c>: restores containers, runs a command with their variables, removes them.</summary>
internal static class RunCommand
{
    public static Command Create(Termination termination)
    {
        var names = new Argument<string[]>("name")
        {
            HelpName = "name",
            Description = "Presets to restore: a private container of each.",
            Arity = ArgumentArity.OneOrMore,
        };
        names.CompletionSources.Add(KnownNames.OfPresets);
        const string Description = "Restore containers, run a command with their endpoints in its environment, remove them.\n"
            + "Write the command after `--`: crcache run mysql redis -- npm test";
        var command = new Command("run", Description)
        {
            names, CommonOptions.Registry, CommonOptions.RegistryMode, CommonOptions.RegistryTrust,
        };
        command.SetAction((result, cancellationToken) =>
        {
            // What follows `--` belongs to the command, whatever it looks like.
            var separator = result.Tokens.ToList().FindIndex(token => token.Type == TokenType.DoubleDash);
            var after = separator < 0 ? [] : result.Tokens.Skip(separator + 1).Select(token => token.Value).ToArray();
            var before = result.GetRequiredValue(names);
            before = before[..^Math.Min(after.Length, before.Length)];
            if (Mistake(before, after) is { } mistake)
            {
                Console.Error.WriteLine($"crcache: {mistake}");
                return Task.FromResult(ExitCodes.Usage);
            }

            return CommandRunner.RunAsync(
                result,
                context => RunAsync(context, before, after, termination, cancellationToken),
                cancellationToken,
                ExitCodes.NotRun,
                live: true);
        });
        return command;
    }

    private static string? Mistake(string[] names, string[] command) => (names, command) switch
    {
        ({ Length: 0 }, _) or (_, { Length: 0 } or ["", ..]) =>
            "write the containers, then `--`, then the command: crcache run mysql -- npm test",
        _ when names.Distinct().Count() < names.Length =>
            "name each container once; variables of two of the same name could not be told apart",
        _ => null,
    };

    private static async Task<int> RunAsync(
        CommandContext context, string[] names, string[] command, Termination termination, CancellationToken cancellationToken)
    {
        var reporter = context.Reporter;
        var engine = context.OpenEngine(context.LocateEngine(), termination.Ending);
        var maker = context.MakerFor(engine);
        var work = new CheckpointWork(engine, maker, reporter);
        var sweep = CommandRunner.SweepLeftoversAsync(engine, reporter, cancellationToken);
        var items = await Task.WhenAll(
            names.Select(name => work.EnsureAsync(new CheckpointItem { Name = name }, output: null, cancellationToken)))
            .ConfigureAwait(false);
        foreach (var name in names)
        {
            reporter.Step(name, "restoring");
        }

        var progress = new ItemProgress(reporter, CommandRunner.Self);
        var lease = await Lease.AcquireAsync(maker, items, progress, cancellationToken).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            foreach (var entry in lease.Report.Leases)
            {
                reporter.Restored(entry.Name, entry.Message);
            }

            await sweep.ConfigureAwait(false);

            // From here on the terminal is the command's, which does not wait for the rest of the sweep.
            reporter.Dispose();
            var rest = CommandRunner.SweepOrphansAsync(engine, context.Store, reporter, cancellationToken);
            var exitCode = await CommandRunner.GuardAsync(
                reporter,
                ExitCodes.CommandNotFound,
                () => StartAsync(command, lease.Variables, termination),
                termination.Token).ConfigureAwait(false);
            await rest.ConfigureAwait(false);
            return exitCode;
        }
    }

    private static async Task<int> StartAsync(
        string[] command, IEnumerable<KeyValuePair<string, string>> variables, Termination termination)
    {
        var program = ProgramPath.Find(command[0]) ?? throw new CrCacheException(
            ErrorCodes.CommandNotStarted, $"The command '{command[0]}' is not on the PATH. One of the current directory is ./{command[0]}");
        var start = new ProcessStartInfo(program, command[1..]);
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = new Process { StartInfo = start };
        using (termination.Forward(Start))
        {
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            return process.ExitCode;
        }

        int Start()
        {
            try
            {
                process.Start();
                return process.Id;
            }
            catch (Win32Exception e)
            {
                throw new CrCacheException(ErrorCodes.CommandNotStarted, $"The command '{command[0]}' cannot be started: {e.Message}", e);
            }
        }
    }
}
