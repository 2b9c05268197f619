namespace CrCache.Engine.Tests;

/// <summary>As <see cref="EngineFactAttribute"/>, for several sets of data.</summary>
public sealed class EngineTheoryAttribute : TheoryAttribute
{
    public EngineTheoryAttribute() => Skip = new EngineFactAttribute().Skip;
}
