namespace CrCache.Engine.Tests;

/// <summary>A test that needs Debian's docker-registry; where it is not, the test is skipped and says how to get it.</summary>
public sealed class RegistryFactAttribute : FactAttribute
{
    public RegistryFactAttribute() => Skip = RegistryServer.WhyNot;
}
