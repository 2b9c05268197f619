using System.Diagnostics;
using System.Globalization;
using CrCache.Chaos.Blows;
using CrCache.Tests;

namespace CrCache.Chaos;

/// <summary>One run: blow after blow, and what is left of each.</summary>
internal sealed class ChaosRun
{
    private const int DotnetEvery = 25; // blows, after which the tests are those of the real project whatever was struck
    private readonly SortedDictionary<string, Tally> _tallies = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TextWriter _log = TextWriter.Null;
    private bool _hasFailed;

    /// <summary>All kinds; another one is a class and a line here. The weights come to 100.</summary>
    public static IReadOnlyList<IBlow> Kinds { get; } =
    [
        new MakingKilled(),
        new FindingKilled(),
        new LeaseKilled(),
        new HeldLeaseKilled(),
        new ParentKilled(),
        new RunKilled(),
        new RuntimeKilled(),
        new EngineKilled(),
        new EngineStopped(),
        new EngineFrozen(),
        new AnswersCut(),
        new AnswersRefused(),
        new AnswersDelayed(),
        new StoreFull(),
        new EngineFull(),
        new ProgramMissing(),
        new DumpDeleted(),
        new DumpDamaged(),
        new StoreDamaged(),
        new StoreLost(),
        new ImagesPruned(),
        new ManyAtOnce(),
        new TwoUsers(),
        new TwoCheckouts(),
        new BuildKilled(),
        new TestKilled(),
        new CleanMeanwhile(),
    ];

    public required int Blows { get; init; }

    public required TimeSpan Limit { get; init; }

    public required int Seed { get; init; }

    public required int From { get; init; }

    /// <summary>The kinds that are wanted; none means all.</summary>
    public required IReadOnlyList<string> Only { get; init; }

    /// <summary>Strikes; figures go to standard output, what happens to standard error and to artifacts/chaos.log.</summary>
    /// <returns>The exit code: 1 when something was left or broken.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Repository.In("artifacts"));
        await using var log = new StreamWriter(Repository.In("artifacts", "chaos.log")) { AutoFlush = true };
        _log = log;
        Say($"seed {Seed}");
        await using var field = await Field.CreateAsync(cancellationToken);
        Say($"set up in {_clock.Elapsed.TotalSeconds:F0} s; a checkpoint takes {field.Making} ms, a lease {field.Leasing} ms");
        var number = 0;
        foreach (var kind in Deck().Take(From - 1 + Blows))
        {
            if (++number >= From && (Limit == Timeout.InfiniteTimeSpan || _clock.Elapsed < Limit))
            {
                await BlowAsync(field, kind, number, cancellationToken);
            }
        }

        return Report();
    }

    // Each hundred has each kind as often as it weighs, in an order that the seed says.
    private IEnumerable<IBlow> Deck()
    {
        var random = new Random(Seed);
        var cards = Kinds.Where(kind => Only.Count == 0 || Only.Contains(kind.Name))
            .SelectMany(kind => Enumerable.Repeat(kind, kind.Weight)).ToArray();
        while (true)
        {
            random.Shuffle(cards);
            foreach (var card in cards)
            {
                yield return card;
            }
        }
    }

    private async Task BlowAsync(Field field, IBlow kind, int number, CancellationToken cancellationToken)
    {
        var strike = new Strike(new Random(HashCode(Seed, number)), cancellationToken) { TestsWithDotnet = number % DotnetEvery == 0 };
        var tally = _tallies.TryGetValue(kind.Name, out var found) ? found : _tallies[kind.Name] = new Tally();
        tally.Blows++;
        var clock = Stopwatch.StartNew();
        IReadOnlyList<string> left = [];
        string? broken = null;
        try
        {
            await kind.StrikeAsync(field, strike);
            left = await new Aftermath(field).FollowAsync(strike);
        }
#pragma warning disable CA1031 // Whatever it is, it is counted, and the next blow follows.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            broken = e is BrokenException ? e.Message : e.ToString();
        }

        Say(string.Create(CultureInfo.InvariantCulture, $"{number} {kind.Name} ({strike.What}) {clock.Elapsed.TotalSeconds:F1} s"));
        if (left.Count == 0 && broken is null)
        {
            return;
        }

        tally.Leftovers += left.Count;
        tally.Broken += broken is null ? 0 : 1;
        Tell(number, left, broken);
        await field.Engine.StartsContainersAsync(cancellationToken);
        await field.ResetAsync(cancellationToken);
    }

    private void Tell(int number, IReadOnlyList<string> left, string? broken)
    {
        var what = _hasFailed ? "failed" : "the first that failed";
        _hasFailed = true;
        var only = string.Concat(Only.Select(kind => $" --kind {kind}"));
        Say($"  {what}: again with ./build.cmd chaos --seed {Seed} --from {number} --blows 1{only}");
        foreach (var line in left.Select(thing => $"left: {thing}").Concat(broken?.Split('\n').Select(line => $"broken: {line}") ?? []))
        {
            Say($"  {line}");
        }
    }

    private int Report()
    {
        foreach (var (kind, tally) in _tallies)
        {
            Console.WriteLine($"kind {kind} blows {tally.Blows} leftovers {tally.Leftovers} broken {tally.Broken}");
        }

        var (leftovers, broken) = (_tallies.Values.Sum(tally => tally.Leftovers), _tallies.Values.Sum(tally => tally.Broken));
        Console.WriteLine($"figure chaos.blows {_tallies.Values.Sum(tally => tally.Blows)}");
        Console.WriteLine($"figure chaos.leftovers {leftovers}");
        Console.WriteLine($"figure chaos.broken {broken}");
        Console.WriteLine($"figure chaos.seed {Seed}");
        return leftovers + broken == 0 ? 0 : 1;
    }

    private void Say(string text)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"[{_clock.Elapsed.TotalSeconds,6:F1}] {text}");
        Console.Error.WriteLine(line);
        _log.WriteLine(line);
    }

    // Not System.HashCode, which is another one in each process.
    private static int HashCode(int seed, int number) => unchecked((seed * 1_000_003) + number);
}
