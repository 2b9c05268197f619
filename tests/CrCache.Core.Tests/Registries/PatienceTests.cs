using CrCache.Registries;

namespace CrCache.Core.Tests.Registries;

/// <summary>A registry that sends a byte now and then is not waited for longer than one that sends nothing.</summary>
public sealed class PatienceTests
{
    [Fact]
    public async Task Single_bytes_are_no_sign_of_life()
    {
        using var patience = new Patience(TimeSpan.FromMilliseconds(200), default);
        await Eventually.FindAsync(
            TimeSpan.FromSeconds(10),
            () =>
            {
                patience.Took(1);
                return patience.Token.IsCancellationRequested ? patience : null;
            },
            () => "The limit was renewed each time.");
        await Assert.ThrowsAsync<TimeoutException>(() => patience.WaitAsync(async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return true;
        }));
    }

    [Fact]
    public void A_transfer_that_hardly_gets_on_is_given_up()
    {
        var retry = new Retry();
        var allowed = Enumerable.Range(1, 20).TakeWhile(position => retry.Allows(new TimeoutException(), position)).Count();
        Assert.Equal(4, allowed);
        Assert.True(new Retry().Allows(new TimeoutException(), Patience.LeastPiece));
    }

    [Fact]
    public void One_that_gets_on_is_not()
    {
        var retry = new Retry();
        Assert.All(Enumerable.Range(1, 20), piece => Assert.True(retry.Allows(new TimeoutException(), piece * (long)Patience.LeastPiece)));
    }
}
