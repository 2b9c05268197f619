namespace CrCache.Store;

/// <summary>Which archives go when there are too many.</summary>
internal static class Eviction
{
    /// <summary>Removes the least recently used ones until the rest fits.</summary>
    /// <param name="archives">All that there are.</param>
    /// <param name="budget">How many bytes may stay.</param>
    /// <param name="tryRemove">Removes one; false where it must stay, because it is in use.</param>
    /// <returns>Those that were removed.</returns>
    public static async Task<IReadOnlyList<StoredArchive>> ShrinkAsync(
        IEnumerable<StoredArchive> archives, long budget, Func<StoredArchive, Task<bool>> tryRemove)
    {
        var ordered = archives.OrderBy(archive => archive.LastUsed).ToArray();
        var size = ordered.Sum(archive => archive.Size);
        var removed = new List<StoredArchive>();
        foreach (var archive in ordered.TakeWhile(_ => size > budget))
        {
            if (await tryRemove(archive).ConfigureAwait(false))
            {
                size -= archive.Size;
                removed.Add(archive);
            }
        }

        return removed;
    }
}
