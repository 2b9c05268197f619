namespace CrCache.Criu;

/// <summary>Addresses from the first up to, not including, the last.</summary>
internal readonly record struct AddressRange(ulong Start, ulong End);
