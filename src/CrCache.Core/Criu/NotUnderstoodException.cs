namespace CrCache.Criu;

/// <summary>The images may well be right, but hold something of which nobody here knows what it means for the pages.</summary>
internal sealed class NotUnderstoodException(string message) : Exception(message);
