using CrCache.Shared;

namespace CrCache.Tasks.Tests.Shared;

public sealed class PrefetchedLeaseTests
{
    private readonly string _id = Guid.NewGuid().ToString("N");

    [Fact]
    public void It_is_taken_once()
    {
        new PrefetchedLease("crcache-\"1\"|2", 4711).Offer(_id);
        var lease = PrefetchedLease.Take(_id)!;
        Assert.Equal(("crcache-\"1\"|2", 4711), (lease.Pipe, lease.ProcessId));
        Assert.Null(PrefetchedLease.Take(_id));
        Assert.Null(Environment.GetEnvironmentVariable(PrefetchedLease.VariableName(_id)));
    }

    [Theory]
    [InlineData("crcache-1|4711")]
    [InlineData("{}")]
    [InlineData("""{"pipe":"a"}""")]
    [InlineData("""{"pipe":"a","process":"-1"}""")]
    [InlineData("""{"pipe":null,"process":"1"}""")]
    public void What_is_none_is_removed_all_the_same(string value)
    {
        Environment.SetEnvironmentVariable(PrefetchedLease.VariableName(_id), value);
        Assert.Null(PrefetchedLease.Take(_id));
        Assert.Null(Environment.GetEnvironmentVariable(PrefetchedLease.VariableName(_id)));
    }
}
