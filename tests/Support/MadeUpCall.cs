using CrCache.Engines;

namespace CrCache.Tests;

/// <summary>A call of <see cref="MadeUpEngine"/>.</summary>
/// <param name="Name">The method of <see cref="IEngine"/>.</param>
/// <param name="Subject">The id of the container or the image that it is about, or what else names it.</param>
/// <param name="Container">The container that it is about, as it was asked for; or null.</param>
internal sealed record MadeUpCall(string Name, string Subject, ContainerDefinition? Container = null)
{
    public override string ToString() => $"{Name} {Subject}";
}
