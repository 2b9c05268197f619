using Xunit;

namespace Without;

public class OneTest
{
    [Fact]
    public async Task NothingIsAsked() => await Task.CompletedTask;
}
