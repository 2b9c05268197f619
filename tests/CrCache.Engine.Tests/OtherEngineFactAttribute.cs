namespace CrCache.Engine.Tests;

/// <summary>A test that needs what the tests on another engine have left (<see cref="OtherEngine"/>).</summary>
public sealed class OtherEngineFactAttribute : FactAttribute
{
    public OtherEngineFactAttribute() => Skip = OtherEngine.WhyNot;
}
