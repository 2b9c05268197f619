using System.CommandLine;
using System.Runtime.InteropServices;
using CrCache.Chaos;

var blows = new Option<int>("--blows") { Description = "How many.", DefaultValueFactory = _ => 300 };
var minutes = new Option<int?>("--minutes") { Description = "End after so long, however many there were." };
var seed = new Option<int?>("--seed") { Description = "Makes the same blows again; a new one where none is given." };
var from = new Option<int>("--from") { Description = "Begin with this blow of the seed.", DefaultValueFactory = _ => 1 };
var kinds = new Option<string[]>("--kind")
{
    Description = "Only blows of this kind; can be given more than once.",
    DefaultValueFactory = _ => [],
    AllowMultipleArgumentsPerToken = true,
};
var root = new RootCommand("Breaks what can be broken while it is in use, and counts what is left; see bench/README.md.")
{
    blows, minutes, seed, from, kinds,
};
kinds.AcceptOnlyFromAmong([.. ChaosRun.Kinds.Select(kind => kind.Name)]);
root.SetAction((result, _) => RunAsync(new ChaosRun
{
    Blows = result.GetValue(blows),
    Limit = result.GetValue(minutes) is { } limit ? TimeSpan.FromMinutes(limit) : Timeout.InfiniteTimeSpan,
    Seed = result.GetValue(seed) ?? Random.Shared.Next(1, 1_000_000),
    From = result.GetValue(from),
    Only = result.GetValue(kinds) ?? [],
}));

// Signals are handled below: everything that was started must be ended, however long that takes.
var parsed = root.Parse(args);
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return parsed.Errors.Count > 0 ? 2 : code;

static async Task<int> RunAsync(ChaosRun run)
{
    using var stop = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
    try
    {
        return await run.RunAsync(stop.Token);
    }
    catch (Exception) when (stop.IsCancellationRequested)
    {
        return 130;
    }
    catch (Exception e) when (e is InvalidOperationException or BrokenException or IOException)
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
