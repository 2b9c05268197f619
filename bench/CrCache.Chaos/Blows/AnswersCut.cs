using CrCache.Tests;

namespace CrCache.Chaos.Blows;

/// <summary>The connection to the engine breaks: before it has got the question, or in its answer.</summary>
internal sealed class AnswersCut : AnswersBlow
{
    public override string Name => "answers-cut";

    public override int Weight => 6;

    protected override EngineFault Prepare(EngineProxy proxy, Strike strike)
    {
        var fault = strike.Choose(EngineFault.Cut, EngineFault.CutInAnswer);
        strike.Say($"{fault}");
        return fault;
    }
}
