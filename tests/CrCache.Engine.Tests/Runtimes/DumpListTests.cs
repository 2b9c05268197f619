using System.Security.Cryptography;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Runtimes;
using CrCache.Tar;

namespace CrCache.Engine.Tests.Runtimes;

[Collection(EngineTests.Name)]
public sealed class DumpListTests(EngineFixture fixture) : IDisposable
{
    private const int FileBytes = 8192;
    private static readonly Dictionary<string, string> s_labels = ContainerLabels.Of(ContainerLabels.ForTrial, "test");
    private readonly IEngine _engine = fixture.Engine;
    private readonly EngineCalls _calls = new(fixture.Engine.Endpoint);

    public void Dispose() => _calls.Dispose();

    [Requires(Need.Engine)]
    public async Task Hundreds_of_dumps_are_listed_with_their_sizes_and_what_nobody_works_on_any_more_goes()
    {
        var keys = Enumerable.Range(0, 300).Select(_ => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))).ToArray();
        string[] leftovers = [$"{keys[0]}.partial", $"{keys[1]}.partial.999999999", $"{keys[2]}.removed.1"];
        try
        {
            await KeepAsync(keys);
            await WriteAsync([.. keys, .. leftovers]);
            var listed = await ListAsync();
            Assert.Equal(keys.Order(StringComparer.Ordinal), listed.Select(dump => dump.Id).Intersect(keys));
            Assert.All(listed.Where(dump => keys.Contains(dump.Id)), dump => Assert.InRange(dump.Bytes, FileBytes, 4 * FileBytes));
            var still = string.Join(' ', leftovers.Select(name => $"-e {name}"));
            Assert.Equal("", await RunAsync($"ls {DumpTransfer.MountPoint} | grep -xF {still}"));

            Assert.True(await CrCacheRuntime.RemoveDumpAsync(_engine, "redis:8", keys[7], s_labels, default));
            Assert.DoesNotContain(await ListAsync(), dump => dump.Id == keys[7]);
        }
        finally
        {
            await RunAsync($"cd {DumpTransfer.MountPoint} && rm -rf {string.Join(' ', keys.Select(key => key + "*"))}");
            await ForgetAsync(keys);
        }
    }

    [Requires(Need.Engine)]
    public async Task Without_the_mount_of_the_dumps_none_is_listed_or_removed()
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        try
        {
            await KeepAsync([key]);
            await WriteAsync([key]);
            foreach (var variable in new[] { $"CRCACHE_REMOVE={key}", $"CRCACHE_LIST={new string('0', 64)}" })
            {
                var question = Definition(["never-started"]) with
                {
                    Runtime = CrCacheRuntime.Name,
                    Environment = new Dictionary<string, string> { [variable.Split('=')[0]] = variable.Split('=')[1] },
                    Mounts = new Dictionary<string, string> { ["/elsewhere"] = "/var/lib/crcache" },
                };
                var error = await Assert.ThrowsAsync<CrCacheException>(() => StartAsync(question));
                Assert.Contains($"only for who has {CrCacheRuntime.Dumps} mounted", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(key, error.Message, StringComparison.Ordinal);
            }

            Assert.Contains(await ListAsync(), dump => dump.Id == key);
        }
        finally
        {
            await RunAsync($"rm -rf {DumpTransfer.MountPoint}/{key}");
            await ForgetAsync([key]);
        }
    }

    private static ContainerDefinition Definition(string[] command) => new()
    {
        Name = $"crcache-test-{Guid.NewGuid():N}",
        Image = "redis:8",
        Labels = s_labels,
        Network = false,
        Command = command,
        Mounts = DumpTransfer.Mounts,
    };

    // Other tests' commands remove dumps of nobody meanwhile: these are somebody's, whose store is elsewhere.
    private async Task KeepAsync(string[] keys)
    {
        foreach (var key in keys)
        {
            await _calls.PostAsync($"images/redis:8/tag?repo={CheckpointImageNames.Repository}&tag={key}");
        }
    }

    private async Task ForgetAsync(string[] keys)
    {
        foreach (var key in keys)
        {
            await _engine.RemoveImageAsync(CheckpointImageNames.Of(key), default);
        }
    }

    private async Task<IReadOnlyList<DumpOnEngine>> ListAsync() =>
        (await CrCacheRuntime.ListDumpsAsync(_engine, "redis:8", s_labels, default))!;

    private async Task WriteAsync(string[] folders)
    {
        var content = new byte[FileBytes];
        var tar = new MemoryStream();
        var writer = new TarWriter(tar);
        foreach (var folder in folders)
        {
            await writer.WriteAsync(new TarMember { Name = folder, Type = TarType.Directory, Mode = Convert.ToInt32("700", 8) }, default);
            var file = new TarMember { Name = $"{folder}/pages-1.img", Type = TarType.File, Size = content.Length };
            await writer.WriteAsync(file, new MemoryStream(content), default);
        }

        await writer.FinishAsync(default);
        tar.Position = 0;
        var id = await _engine.CreateContainerAsync(Definition(["never-started"]), default);
        try
        {
            await _engine.WriteArchiveAsync(id, DumpTransfer.MountPoint, tar, default);
        }
        finally
        {
            await _engine.RemoveContainerAsync(id, default);
        }
    }

    private async Task StartAsync(ContainerDefinition definition)
    {
        var id = await _engine.CreateContainerAsync(definition, default);
        try
        {
            await _engine.StartContainerAsync(id, default);
        }
        finally
        {
            await _engine.RemoveContainerAsync(id, default);
        }
    }

    private async Task<string> RunAsync(string command)
    {
        var id = await _engine.CreateContainerAsync(Definition(["sh", "-c", command]), default);
        try
        {
            await _engine.StartContainerAsync(id, default);
            await _engine.WaitForExitAsync(id, default);
            return await _engine.GetLogAsync(id, 10, default);
        }
        finally
        {
            await _engine.RemoveContainerAsync(id, default);
        }
    }
}
