namespace CrCache.TestAdapter.Tests;

public sealed class HeldLeaseTests
{
    [Fact]
    public void What_was_foreseen_is_said_in_its_own_words() =>
        Assert.Equal("CRC5001: build the project", HeldLease.Describe(new LeaseException("CRC5001", "build the project")));

    [Fact]
    public void A_defect_of_ours_has_a_code_and_no_stack_trace()
    {
        var e = Assert.Throws<InvalidOperationException>((Action)(() => throw new InvalidOperationException("oh no")));
        var text = HeldLease.Describe(e);
        Assert.StartsWith("CRC5005: ", text, StringComparison.Ordinal);
        Assert.Contains("oh no", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }
}
