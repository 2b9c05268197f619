namespace CrCache.Engine.Tests;

/// <summary>A test that needs a container engine and Debian's docker-registry.</summary>
public sealed class EngineRegistryFactAttribute : FactAttribute
{
    public EngineRegistryFactAttribute() => Skip = EngineFactAttribute.WhyNot ?? RegistryServer.WhyNot;
}
