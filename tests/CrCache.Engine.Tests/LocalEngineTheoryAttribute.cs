namespace CrCache.Engine.Tests;

/// <summary>As <see cref="EngineTheoryAttribute"/>, for tests that look at the containers' processes themselves.</summary>
public sealed class LocalEngineTheoryAttribute : TheoryAttribute
{
    public LocalEngineTheoryAttribute() => Skip = new EngineFactAttribute().Skip ?? ContainerProcesses.WhyNot();
}
