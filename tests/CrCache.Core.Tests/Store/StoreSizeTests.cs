using CrCache.Diagnostics;
using CrCache.Store;

namespace CrCache.Core.Tests.Store;

public sealed class StoreSizeTests
{
    private const long Giga = 1_000_000_000;

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("5GB", 5 * Giga)]
    [InlineData(" 500 mb ", 500_000_000L)]
    [InlineData("1.5KB", 1500L)]
    [InlineData("2TB", 2000 * Giga)]
    public void Sizes_are_read(string text, long bytes) => Assert.Equal(bytes, StoreSize.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("GB")]
    [InlineData("-1GB")]
    [InlineData("5GiB")]
    [InlineData("5G")]
    [InlineData("5,5GB")]
    [InlineData("99999999999999999999999TB")]
    public void Anything_else_is_none(string text) => Assert.Null(StoreSize.Parse(text));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(999_960, "1.0 MB")]
    [InlineData(1_234_567_890, "1.2 GB")]
    [InlineData(5000 * Giga, "5.0 TB")]
    public void Sizes_are_shown(long bytes, string text) => Assert.Equal(text, StoreSize.Format(bytes));

    [Theory]
    [InlineData(null, 0, 500 * Giga, 10 * Giga)]
    [InlineData("", 0, 500 * Giga, 10 * Giga)]
    [InlineData(null, 2 * Giga, 18 * Giga, 2 * Giga)]
    [InlineData("50GB", 0, 1 * Giga, 50 * Giga)]
    [InlineData("0", Giga, 500 * Giga, 0)]
    public void The_budget_is_what_was_set_or_a_tenth_but_not_more_than_10_GB(string? configured, long used, long free, long budget) =>
        Assert.Equal(budget, StoreSize.Budget(configured, used, free));

    [Fact]
    public void A_bad_value_is_an_error_that_shows_the_form()
    {
        var error = Assert.Throws<CrCacheException>(() => StoreSize.Budget("lots", 0, 0));
        Assert.Equal(ErrorCodes.BadStoreSize, error.Code);
        Assert.Contains("CRCACHE_STORE_SIZE is 'lots'", error.Message, StringComparison.Ordinal);
        Assert.Contains("5GB", error.Message, StringComparison.Ordinal);
    }
}
