using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Runtimes;

namespace CrCache.Engine.Tests.Runtimes;

[Collection(EngineTests.Name)]
public sealed class RuntimeTests(EngineFixture fixture)
{
    private readonly IEngine _engine = fixture.Engine;

    [Requires(Need.Engine)]
    public async Task Check_dumps_and_restores_a_process_and_leaves_nothing()
    {
        using var check = await Tool.RunAsync("runtime", "check");
        Assert.True(check.ExitCode == 0, check.Error);
        Assert.Contains("works", check.Output, StringComparison.Ordinal);
        Assert.Empty(await fixture.ContainersOfAsync(check.Id));
    }

    [Requires(Need.Engine)]
    public async Task A_dump_that_does_not_exist_is_an_error_that_says_so()
    {
        var key = new string('0', 64);
        var error = await Assert.ThrowsAsync<CrCacheException>(() => fixture.StartFromDumpAsync("redis:8", key));
        Assert.Contains($"there is no dump {key}", error.Message, StringComparison.Ordinal);
    }

    [Requires(Need.Engine)]
    public async Task What_is_not_a_key_is_an_ordinary_variable()
    {
        // A path in place of a key must never reach the file system: the container just starts.
        foreach (var value in new[] { "../../../etc", "/etc", new string('0', 63) + "/", new string('A', 64) })
        {
            Assert.True((await fixture.StartFromDumpAsync("redis:8", value))?.Running, value);
        }
    }

    [Requires(Need.Engine)]
    public async Task A_dump_removed_during_restores_gives_copies_or_errors_and_leaves_nothing()
    {
        for (var round = 0; round < 3; round++)
        {
            var labels = ContainerLabels.Of(ContainerLabels.ForTrial, "test");
            var dumped = await _engine.CreateContainerAsync(
                Definition([]) with { Hostname = "race", SeccompProfile = SeccompProfile.WithoutIoUring }, default);
            var image = "";
            try
            {
                await _engine.StartContainerAsync(dumped, default);
                await _engine.ExecAsync(
                    dumped, ["sh", "-c", "until redis-cli ping; do sleep 0.05; done"], TimeSpan.FromSeconds(20), default);
                await CrCacheRuntime.DumpAsync(_engine, dumped, default);
                image = await _engine.CommitAsync(dumped, "crcache/test", dumped, labels, default);
                var copies = Enumerable.Range(0, 2).Select(_ => RestoreAsync(image, dumped)).ToArray();
                await Task.Delay(round * 150);
                await CrCacheRuntime.RemoveDumpAsync(_engine, image, dumped, labels, default);
                Assert.All(await Task.WhenAll(copies), outcome => Assert.Matches("^running$|there is no dump|cannot restore", outcome));
                var afterwards = await RestoreAsync(image, dumped);
                Assert.True(afterwards.Contains("there is no dump", StringComparison.Ordinal), afterwards);
            }
            finally
            {
                await _engine.RemoveContainerAsync(dumped, default);
                if (image.Length > 0)
                {
                    await _engine.RemoveImageAsync(image, default);
                }
            }
        }
    }

    [Requires(Need.Engine)]
    public async Task A_mount_point_that_runc_makes_can_be_entered_by_everybody()
    {
        // runc makes it with the umask of whoever calls it, and the runtime's own is stricter.
        var folder = Directory.CreateTempSubdirectory("crcache mount ").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "Dockerfile"), "FROM redis:8\nVOLUME /made/by/runc\n");
        var image = await _engine.BuildImageAsync(
            Path.Combine(folder, "Dockerfile"), $"crcache/test:{Guid.NewGuid():N}", new Progress<string>(), default);
        Directory.Delete(folder, recursive: true);
        var id = await _engine.CreateContainerAsync(Definition([]) with { Image = image }, default);
        try
        {
            await _engine.StartContainerAsync(id, default);
            var result = await _engine.ExecAsync(id, ["stat", "-c", "%a", "/made", "/made/by"], TimeSpan.FromSeconds(20), default);
            Assert.Equal("755\n755", result.Output.Trim());
        }
        finally
        {
            await _engine.RemoveContainerAsync(id, default);
            await _engine.RemoveImageAsync(image, default);
        }
    }

    [Requires(Need.Engine)]
    public async Task Other_signals_reach_the_process()
    {
        var id = await _engine.CreateContainerAsync(Definition([]), default);
        try
        {
            await _engine.StartContainerAsync(id, default);
            await _engine.SignalContainerAsync(id, 9, default);
            Assert.Equal(137, await _engine.WaitForExitAsync(id, default));
        }
        finally
        {
            await _engine.RemoveContainerAsync(id, default);
        }
    }

    private static ContainerDefinition Definition(Dictionary<string, string> environment) => new()
    {
        Name = $"crcache-test-{Guid.NewGuid():N}",
        Image = "redis:8",
        Labels = ContainerLabels.Of(ContainerLabels.ForTrial, "test"),
        Runtime = CrCacheRuntime.Name,
        Network = false,
        Environment = environment,
    };

    private async Task<string> RestoreAsync(string image, string dump)
    {
        var definition = Definition(new() { [CrCacheRuntime.RestoreVariable] = dump }) with
        {
            Image = image,
            Hostname = "race",
            SeccompProfile = SeccompProfile.WithoutIoUring,
        };
        var id = await _engine.CreateContainerAsync(definition, default);
        try
        {
            await _engine.StartContainerAsync(id, default);
            return (await _engine.FindContainerAsync(id, default)) is { Running: true } ? "running" : "ended";
        }
        catch (CrCacheException e)
        {
            return e.Message;
        }
        finally
        {
            await _engine.RemoveContainerAsync(id, default);
        }
    }
}
