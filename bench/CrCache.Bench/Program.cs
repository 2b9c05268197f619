using System.CommandLine;
using System.Runtime.InteropServices;
using CrCache.Bench.Soak;

namespace CrCache.Bench;

internal static class Program
{
    private const int FewestPublished = 7;
    private const int FullSoak = 2_500;

    private static async Task<int> Main(string[] arguments)
    {
        var names = new Argument<string[]>("name")
        {
            Description = "Figures to measure; all when none is named.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often each side is measured; fewer than 7 is for trying out.",
            DefaultValueFactory = _ => FewestPublished,
        };
        var picture = new Option<FileInfo?>("--svg")
        {
            Description = "Draw what was measured there. A full run draws docs/benchmarks.svg anyway.",
        };
        var against = new Option<DirectoryInfo?>("--against")
        {
            Description = "Compare with another checkout of this repository, which was packed, instead of the usual figures.",
        };
        rounds.Validators.Add(result =>
        {
            if (result.GetValue(rounds) < 1)
            {
                result.AddError("--rounds must be at least 1");
            }
        });
        var root = new RootCommand("Measures restores against cold starts; see bench/README.md.") { names, rounds, picture, against };
        root.SetAction((result, cancellationToken) => RunAsync(
            new BenchRun
            {
                Names = result.GetValue(names) ?? [],
                Rounds = result.GetValue(rounds),
                Picture = result.GetValue(picture)?.FullName,
                Against = result.GetValue(against)?.FullName,
                MayPublish = result.GetValue(rounds) >= FewestPublished && result.GetValue(against) is null,
            }.RunAsync));

        var restores = new Option<int>("--restores")
        {
            Description = "How often, in all; fewer than 2,500 is for trying out.",
            DefaultValueFactory = _ => FullSoak,
        };
        var soak = new System.CommandLine.Command(
            "soak", "Restores Redis and MySQL very often and checks the data of each copy; see bench/README.md.")
        {
            restores,
        };
        soak.SetAction((result, cancellationToken) => RunAsync(new SoakRun { Restores = result.GetValue(restores) }.RunAsync));
        root.Subcommands.Add(soak);

        // Signals are handled below: everything that was started must be removed, however long that takes.
        var parsed = root.Parse(arguments);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 ? 2 : code;
    }

    private static async Task<int> RunAsync(Func<CancellationToken, Task<int>> run)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        try
        {
            return await run(stop.Token);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            return 130;
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException or TimeoutException or IOException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return 1;
        }

        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }
}
