using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Runtimes;

namespace CrCache.Core.Tests.Runtimes;

public sealed class CrCacheRuntimeTests
{
    private static readonly Dictionary<string, string> s_labels = ContainerLabels.Of(ContainerLabels.ForTrial, "test");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task All_dumps_are_listed_however_many_answers_that_takes(int count)
    {
        using var engine = new MadeUpEngine();
        for (var i = 0; i < count; i++)
        {
            await MakeDumpAsync(engine);
        }

        var listed = await CrCacheRuntime.ListDumpsAsync(engine, MadeUpEngine.BaseImage, s_labels, default);
        Assert.Equal(engine.Dumps.Order(StringComparer.Ordinal).Select(id => new DumpOnEngine(id, MadeUpEngine.DumpBytes)), listed);
        Assert.DoesNotContain(engine.Containers, container => container.Definition.Command is ["never-started"]);
    }

    [Fact]
    public async Task Volumes_of_the_image_that_a_question_takes_carry_its_owner_and_one_that_is_gone_needs_none()
    {
        using var engine = new MadeUpEngine();
        engine.AddImage("with volumes", [], volumes: ["/data"]);
        foreach (var image in new[] { "with volumes", "gone" })
        {
            Assert.Empty((await CrCacheRuntime.ListDumpsAsync(engine, image, s_labels, default))!);
        }

        var asked = engine.Calls.Where(call => call.Name == nameof(IEngine.CreateContainerAsync)).Select(call => call.Container!).ToArray();
        Assert.Equal([["/data"], [], []], asked.Select(container => container.Volumes));
    }

    [Fact]
    public async Task A_runtime_that_cannot_say_or_is_not_there_gives_no_list()
    {
        using var older = new MadeUpEngine { CanList = false };
        Assert.Null(await CrCacheRuntime.ListDumpsAsync(older, MadeUpEngine.BaseImage, s_labels, default));
        using var without = new MadeUpEngine { HasRuntime = false };
        Assert.Null(await CrCacheRuntime.ListDumpsAsync(without, MadeUpEngine.BaseImage, s_labels, default));
    }

    [Fact]
    public async Task Who_removes_a_dump_can_tell_a_runtime_that_is_gone_from_one_that_cannot_do_it()
    {
        using var engine = new MadeUpEngine();
        var dump = await MakeDumpAsync(engine);
        Assert.True(await CrCacheRuntime.RemoveDumpAsync(engine, MadeUpEngine.BaseImage, dump, s_labels, default));
        Assert.Empty(engine.Dumps);

        engine.Script.Add((call, _) => call.Name == nameof(IEngine.StartContainerAsync)
            ? throw new CrCacheException(ErrorCodes.EngineCallFailed, "crcache-runc: cannot delete it")
            : Task.CompletedTask);
        var error = await Assert.ThrowsAsync<CrCacheException>(() =>
            CrCacheRuntime.RemoveDumpAsync(engine, MadeUpEngine.BaseImage, dump, s_labels, default));
        Assert.Contains("cannot delete it", error.Message, StringComparison.Ordinal);

        using var without = new MadeUpEngine { HasRuntime = false };
        Assert.False(await CrCacheRuntime.RemoveDumpAsync(without, MadeUpEngine.BaseImage, dump, s_labels, default));
    }

    private static async Task<string> MakeDumpAsync(MadeUpEngine engine)
    {
        var definition = new ContainerDefinition
        {
            Name = "x",
            Image = MadeUpEngine.BaseImage,
            Labels = s_labels,
            Runtime = CrCacheRuntime.Name,
        };
        var id = await engine.CreateContainerAsync(definition, default);
        await engine.StartContainerAsync(id, default);
        return await CrCacheRuntime.DumpAsync(engine, id, default);
    }
}
