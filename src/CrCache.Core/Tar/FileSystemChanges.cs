namespace CrCache.Tar;

/// <summary>What of a file system's changes a tar of files cannot say.</summary>
/// <param name="Deleted">Paths that were removed, in their order.</param>
/// <param name="Replaced">Directories of which nothing that was there before is seen any more.</param>
internal sealed record FileSystemChanges(IReadOnlyList<string> Deleted, IReadOnlyList<string> Replaced)
{
    public static FileSystemChanges None { get; } = new([], []);
}
