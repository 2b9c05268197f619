namespace CrCache.Engine.Tests;

/// <summary>A test that needs an <see cref="IncompleteEngine"/>; where there can be none it is skipped, and the reason is shown.</summary>
public sealed class IncompleteEngineTheoryAttribute : TheoryAttribute
{
    public IncompleteEngineTheoryAttribute() => Skip = new EngineFactAttribute().Skip ?? IncompleteEngine.WhyNot();
}
