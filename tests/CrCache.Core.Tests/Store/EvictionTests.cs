using CrCache.Store;

namespace CrCache.Core.Tests.Store;

public sealed class EvictionTests
{
    // Used in this order, the first the longest ago; 10 bytes each.
    private static readonly StoredArchive[] Archives = "cab".Select((name, age) => new StoredArchive
    {
        Key = name.ToString(),
        Entry = null,
        Size = 10,
        Digest = "",
        LastUsed = DateTimeOffset.UnixEpoch.AddDays(age),
    }).ToArray();

    [Theory]
    [InlineData(30, "")]
    [InlineData(29, "c")]
    [InlineData(20, "c")]
    [InlineData(19, "ca")]
    [InlineData(0, "cab")]
    public async Task The_least_recently_used_go_until_the_rest_fits(long budget, string removed) =>
        Assert.Equal(removed, await ShrinkAsync(budget, inUse: ""));

    [Theory]
    [InlineData(20, "c", "a")]
    [InlineData(0, "a", "cb")]
    [InlineData(0, "cab", "")]
    public async Task What_is_in_use_stays_and_another_goes_for_it(long budget, string inUse, string removed) =>
        Assert.Equal(removed, await ShrinkAsync(budget, inUse));

    private static async Task<string> ShrinkAsync(long budget, string inUse)
    {
        var removed = await Eviction.ShrinkAsync(
            Archives.Reverse(), budget, archive => Task.FromResult(!inUse.Contains(archive.Key, StringComparison.Ordinal)));
        return string.Concat(removed.Select(archive => archive.Key));
    }
}
