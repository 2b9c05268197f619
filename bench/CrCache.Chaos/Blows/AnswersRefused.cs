using CrCache.Tests;

namespace CrCache.Chaos.Blows;

/// <summary>The engine answers with 500.</summary>
internal sealed class AnswersRefused : AnswersBlow
{
    public override string Name => "answers-refused";

    public override int Weight => 5;

    protected override EngineFault Prepare(EngineProxy proxy, Strike strike) => EngineFault.Refuse;
}
