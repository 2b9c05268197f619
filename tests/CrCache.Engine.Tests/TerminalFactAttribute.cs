namespace CrCache.Engine.Tests;

/// <summary>A test that needs an engine and util-linux's <c>script</c>, which gives a command a real terminal.</summary>
public sealed class TerminalFactAttribute : FactAttribute
{
    public TerminalFactAttribute() => Skip = new EngineFactAttribute().Skip ?? Programs.WhyMissing("script");
}
