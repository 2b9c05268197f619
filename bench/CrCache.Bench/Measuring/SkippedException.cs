namespace CrCache.Bench.Measuring;

/// <summary>Something cannot be measured on this machine; its figures are left out, and the message says why in one line.</summary>
internal sealed class SkippedException(string message) : Exception(message);
