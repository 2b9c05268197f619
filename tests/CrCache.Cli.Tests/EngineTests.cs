namespace CrCache.Cli.Tests;

/// <summary>Tests of one engine and one store; one after the other, since some count what is on the engine.</summary>
[CollectionDefinition(Name)]
public sealed class EngineTests : ICollectionFixture<EngineFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "engine";
}
