namespace CrCache.Specs;

/// <summary>A TCP port of a container and its name, <c>tcp</c> where nothing else is said.</summary>
public sealed record NamedPort(string Name, int Number);
