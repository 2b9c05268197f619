namespace CrCache.Store;

/// <summary>Something that <see cref="ArchiveStore.VerifyAsync(string, CancellationToken)"/> found.</summary>
/// <param name="Key">The archive's key.</param>
/// <param name="IsBroken">The archive is wrong; otherwise it was only the index, which is right now.</param>
/// <param name="Message">What was found and done, in one line.</param>
public sealed record ArchiveFinding(string Key, bool IsBroken, string Message);
