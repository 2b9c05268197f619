using CrCache.Tests;

namespace CrCache.Chaos.Blows;

/// <summary>The engine's answers come slowly, and one at times not at all.</summary>
internal sealed class AnswersDelayed : AnswersBlow
{
    private const int Longest = 150;

    public override string Name => "answers-delayed";

    public override int Weight => 2;

    // Making a checkpoint takes 200 MB from the engine, in pieces of which each would wait.
    protected override Client Start(Field field, Strike strike, string host) => field.StartRun(strike, host);

    protected override EngineFault Prepare(EngineProxy proxy, Strike strike)
    {
        var delay = strike.Next(Longest);
        var fault = strike.Choose(EngineFault.None, EngineFault.None, EngineFault.Hang);
        proxy.Delay = TimeSpan.FromMilliseconds(delay);
        strike.Say($"{delay} ms, {fault}");
        return fault;
    }
}
