namespace CrCache.Sdk.Tests;

/// <summary>All tests that build: one after the other, for each is a whole build with containers.</summary>
[CollectionDefinition(Name)]
public sealed class SamplesGroup : ICollectionFixture<SamplesFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "samples";
}
