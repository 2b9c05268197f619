using CrCache.Cli.Commands;
using CrCache.Diagnostics;
using CrCache.Engines;

namespace CrCache.Cli.Tests.Commands;

public sealed class LogsCommandTests : IDisposable
{
    private readonly MadeUpEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task A_container_that_goes_meanwhile_has_no_log_and_that_is_no_error()
    {
        var container = _engine.AddContainer(
            new ContainerDefinition { Name = "one", Image = MadeUpEngine.BaseImage, Labels = new Dictionary<string, string>() });
        Assert.Equal("its last words", await LogsCommand.FindLogAsync(_engine, container.Id, 10, default));
        _engine.Fail(nameof(IEngine.GetLogAsync), "the disk is broken");
        var error = await Assert.ThrowsAsync<CrCacheException>(() => LogsCommand.FindLogAsync(_engine, container.Id, 10, default));
        Assert.Equal("the disk is broken", error.Message);

        await _engine.RemoveContainerAsync(container.Id, default);
        Assert.Null(await LogsCommand.FindLogAsync(_engine, container.Id, 10, default));
    }
}
