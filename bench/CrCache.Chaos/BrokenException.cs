namespace CrCache.Chaos;

/// <summary>Something that must hold after a blow, or during it, does not.</summary>
internal sealed class BrokenException(string message) : Exception(message);
