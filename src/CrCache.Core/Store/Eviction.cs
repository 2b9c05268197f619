namespace CrCache.Store;

/// <summary>Which archives go when there are too many.</summary>
internal static class Eviction
{
    /// <summary>Removes the least recently used ones until the rest fits.</summary>
    /// <param name="archives">All that there are.</param>
    /// <param name="budget">How many bytes may stay.</param>
    /// <param name="tryRemove">Removes one; false where it must stay, because it is in use.</param>
    /// <returns>Those that were removed.</returns>
    public static IReadOnlyList<StoredArchive> Shrink(IEnumerable<StoredArchive> archives, long budget, Func<StoredArchive, bool> tryRemove)
    {
        var ordered = archives.OrderBy(archive => archive.LastUsed).ToArray();
        var size = ordered.Sum(archive => archive.Size);
        var removed = new List<StoredArchive>();
        foreach (var archive in ordered.TakeWhile(_ => size > budget))
        {
            if (tryRemove(archive))
            {
                size -= archive.Size;
                removed.Add(archive);
            }
        }

        return removed;
    }
}
