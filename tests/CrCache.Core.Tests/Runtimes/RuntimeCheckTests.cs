using CrCache.Runtimes;

namespace CrCache.Core.Tests.Runtimes;

public sealed class RuntimeCheckTests
{
    [Fact]
    public async Task A_machine_that_is_busy_may_take_its_time_to_say_that_the_program_was_started()
    {
        // More than two seconds, in tries with a pause of 20 ms.
        const int Tries = 120;
        var tries = 0;
        using var engine = new MadeUpEngine { OnLog = () => ++tries == Tries ? "started\n" : "" };
        await RuntimeCheck.ProveAsync(engine, default);
        Assert.Equal(Tries + 1, tries);
        Assert.Empty(engine.Containers);
        Assert.Empty(engine.Dumps);
        Assert.Equal([MadeUpEngine.BaseImage], engine.Images);
    }
}
