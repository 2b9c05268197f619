using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Diagnostics;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Leases;
using CrCache.Shared;
using CrCache.Specs;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache run</c>: restores containers, runs a command with their variables, removes them.</summary>
internal static class RunCommand
{
    private const string Example = "crcache run mysql -- npm test";

    public static Command Create(Termination termination)
    {
        const string Description = "Restore containers, run a command with their endpoints in its environment, remove them.\n"
            + "Write the command after `--`: crcache run mysql --setup 'db/*.sql' redis -- npm test";
        var command = new Command("run", Description)
        {
            CommonOptions.Registry, CommonOptions.RegistryMode, CommonOptions.RegistryTrust,
        };
        var items = new ItemArguments(
            command,
            "Presets, or names with an image or a preset of their own: a private container of each. NAME:2 for two, NAME-1 and NAME-2.",
            "An item file of a build (docs/protocol.md): a container of that item.",
            Example)
        {
            HasCopies = true,
        };
        command.SetAction((result, cancellationToken) => items.UseAsync(result, named =>
        {
            // What follows `--` belongs to the command, whatever it looks like.
            var line = result.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Select(token => token.Value).ToArray();
            if (Mistake(named, line) is { } mistake)
            {
                Console.Error.WriteLine($"crcache: {mistake}");
                return Task.FromResult(ExitCodes.Usage);
            }

            return CommandRunner.RunAsync(
                result,
                context => RunAsync(context, named, line, termination, cancellationToken),
                cancellationToken,
                ExitCodes.NotRun,
                live: true);
        }));
        return command;
    }

    private static string? Mistake(IReadOnlyList<ItemSource> items, string[] command)
    {
        if (command is [] or ["", ..])
        {
            return $"write the containers, then `--`, then the command: {Example}";
        }

        var twice = items.SelectMany(item => item.CopyNames)
            .GroupBy(name => ItemName.InVariable(name).ToUpperInvariant())
            .FirstOrDefault(group => group.Count() > 1);
        return twice is null ? null
            : $"name each container once; variables of {string.Join(" and ", twice.Distinct())} could not be told apart. "
                + "For several copies write mysql:2, for two of different content two names: a --preset mysql b --preset mysql";
    }

    private static async Task<int> RunAsync(
        CommandContext context,
        IReadOnlyList<ItemSource> sources,
        string[] command,
        Termination termination,
        CancellationToken cancellationToken)
    {
        // All of them before anything is pulled or started.
        var wanted = sources.Select(source => (source.CopyNames, Item: Check(source))).ToArray();
        var reporter = context.Reporter;
        var engine = context.OpenEngine(context.LocateEngine(), termination.Ending);
        var maker = context.MakerFor(engine);
        var work = new CheckpointWork(engine, maker, reporter);
        var sweep = CommandRunner.SweepLeftoversAsync(engine, reporter, cancellationToken);
        var items = (await Task.WhenAll(wanted.Select(CopiesAsync)).ConfigureAwait(false)).SelectMany(copies => copies).ToArray();
        foreach (var item in items)
        {
            reporter.Step(item.Spec.Name, "restoring");
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

        // One checkpoint serves all copies of an item: its key does not depend on a name.
        async Task<IEnumerable<LeaseItem>> CopiesAsync((IEnumerable<string> Names, CheckpointItem Item) copies)
        {
            var item = await work.EnsureAsync(copies.Item, output: null, cancellationToken).ConfigureAwait(false);
            return copies.Names.Select(name => item with { Spec = item.Spec with { Name = name } });
        }
    }

    private static CheckpointItem Check(ItemSource source)
    {
        var item = source.Read();
        if (item.Name != source.Name || !ItemName.IsOne(item.Name))
        {
            // The name on the command line is the one that was looked at.
            throw new CrCacheException(
                ErrorCodes.BadName,
                $"The item file {source.File} is of the item '{item.Name}'. It has to be called NAME.item.json, with the item's NAME, "
                + "which is made of letters, digits, '_', '.' and '-'.");
        }

        SpecResolver.Check(item);
        return item;
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
