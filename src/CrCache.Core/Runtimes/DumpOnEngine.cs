namespace CrCache.Runtimes;

/// <summary>A dump that lies on an engine's machine, whole or not.</summary>
/// <param name="Id">Its key: the id of the container that was dumped, or through which it was installed.</param>
/// <param name="Bytes">What it takes on the disk there.</param>
internal sealed record DumpOnEngine(string Id, long Bytes);
