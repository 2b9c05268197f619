using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Diagnostics;
using CrCache.Checkpoints;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Leases;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache run</c>: restores containers, runs a command with their variables, removes them.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("name") { Description = "Presets to restore: a private container of each.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("run", "Restore containers, run a command with their endpoints in its environment, remove them.\nWrite the command after `--`: crcache run mysql redis -- npm test") { names };
        command.SetAction((result, cancellationToken) =>
        {
            // What follows `--` belongs to the command, whatever it looks like.
            var separator = result.Tokens.ToList().FindIndex(token => token.Type == TokenType.DoubleDash);
            var after = separator < 0 ? [] : result.Tokens.Skip(separator + 1).Select(token => token.Value).ToArray();
            var before = result.GetRequiredValue(names);
            return RunAsync(before[..^Math.Min(after.Length, before.Length)], after, cancellationToken);
        });
        return command;
    }

    private static Task<int> RunAsync(string[] names, string[] command, CancellationToken cancellationToken)
    {
        var reporter = new TextReporter();
        return CommandRunner.RunAsync(reporter, "crcache", ExitCodes.NotRun, async () =>
        {
            if (names.Length == 0 || command.Length == 0)
            {
                Console.Error.WriteLine("crcache: write the containers, then `--`, then the command: crcache run mysql -- npm test");
                return ExitCodes.Usage;
            }

            var engine = CommandRunner.OpenEngine();
            var store = new CheckpointStore();
            var work = new CheckpointWork(engine, store, reporter);
            var sweep = CommandRunner.SweepAsync(engine, cancellationToken);
            var files = await Task.WhenAll(names.Select(name => work.EnsureAsync(new CheckpointItem { Name = name }, output: null, cancellationToken))).ConfigureAwait(false);
            var lease = await Lease.AcquireAsync(engine, store, files, new ItemProgress(reporter, "crcache"), cancellationToken).ConfigureAwait(false);
            await using (lease.ConfigureAwait(false))
            {
                foreach (var entry in lease.Report.Leases)
                {
                    reporter.Progress(entry.Name, entry.Message);
                }

                await sweep.ConfigureAwait(false);
                return await CommandRunner.RunAsync(
                    reporter,
                    "crcache",
                    ExitCodes.CommandNotFound,
                    () => StartAsync(command, lease.Variables, cancellationToken)).ConfigureAwait(false);
            }
        });
    }

    private static async Task<int> StartAsync(string[] command, IEnumerable<KeyValuePair<string, string>> variables, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command[0], command[1..]);
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new CrCacheException(ErrorCodes.CommandNotStarted, $"The command '{command[0]}' cannot be started: {e.Message}", e);
        }

        using (process)
        {
            // A terminal sends Ctrl+C to the command too; SIGTERM comes to crcache alone and is passed on.
            using var forward = cancellationToken.Register(() => Termination.Forward(process.Id));
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            return process.ExitCode;
        }
    }
}
