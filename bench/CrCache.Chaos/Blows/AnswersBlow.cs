using CrCache.Tests;

namespace CrCache.Chaos.Blows;

/// <summary>Something between <c>crcache</c> and the engine spoils one of their calls, or three in a row.</summary>
internal abstract class AnswersBlow : IBlow
{
    private const int Calls = 40; // about as many as making a checkpoint has

    public abstract string Name { get; }

    public abstract int Weight { get; }

    public async Task StrikeAsync(Field field, Strike strike)
    {
        using var proxy = new EngineProxy(field.Engine.Host);
        var (first, count, seen) = (strike.Next(Calls), strike.Choose(1, 1, 3), -1);
        var fault = Prepare(proxy, strike);
        proxy.Fault = call =>
        {
            var number = Interlocked.Increment(ref seen);
            return number >= first && number < first + count ? fault : EngineFault.None;
        };
        strike.Say($"{count} from call {first} on");
        using var client = Start(field, strike, proxy.Host);
        await client.EndAsync(strike.CancellationToken);
    }

    /// <summary>Starts what calls the engine.</summary>
    protected virtual Client Start(Field field, Strike strike, string host) => field.StartSomething(strike, host);

    /// <summary>Sets the proxy, and says what happens to the calls.</summary>
    protected abstract EngineFault Prepare(EngineProxy proxy, Strike strike);
}
