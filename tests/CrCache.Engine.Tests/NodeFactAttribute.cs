namespace CrCache.Engine.Tests;

/// <summary>A test that needs an engine, Node and npm.</summary>
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = new EngineFactAttribute().Skip ?? Programs.WhyMissing("node") ?? Programs.WhyMissing("npm");
}
