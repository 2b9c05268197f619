using CrCache.Criu;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Readiness;
using CrCache.Restoring;
using CrCache.Runtimes;
using CrCache.Specs;
using Xunit.Abstractions;

namespace CrCache.Engine.Tests.Criu;

[Collection(EngineTests.Name)]
public sealed class CompactionTests(EngineFixture fixture, ITestOutputHelper output)
{
    [Requires(Need.Engine | Need.ContainerProcesses)]
    [InlineData("mysql")]
    [InlineData("mariadb")]
    [InlineData("postgres")]
    [InlineData("redis")]
    [InlineData("rabbitmq")]
    public async Task A_compacted_dump_restores_the_same_memory(string name)
    {
        var item = new CheckpointItem { Name = name, Metadata = new Dictionary<string, string>() };
        var spec = await new SpecResolver(fixture.Engine).ResolveAsync(item, new Progress<string>(), default);
        var containers = new List<string>();
        InstalledMemory? memory = null;
        try
        {
            containers.Add(await fixture.Engine.CreateContainerAsync(ContainerPlan.ToDump(spec), default));
            memory = await DumpAsync(spec, containers[0]);
            var dump = ContainerProcesses.DumpDirectory(memory.Dump);
            CoreImages.MarkStopped(dump);

            containers.Add(await RestoreAsync(spec, memory));
            var result = DumpCompactor.Compact(dump, default);
            output.WriteLine($"{name}: {result}");
            Assert.True(result.DroppedPages > 0 && result.BytesAfter < result.BytesBefore, result.ToString());
            containers.Add(await RestoreAsync(spec, memory));

            AssertSameMemory(dump, containers[1], containers[2]);
            ContainerProcesses.Continue(containers[2]);
            var state = await fixture.Engine.FindContainerAsync(containers[2], default);
            var patience = new AnswerPatience(fixture.Engine, spec, TimeSpan.FromSeconds(30));
            await AnswerWaiter.WaitAsync(spec, state!, patience, default);
        }
        finally
        {
            foreach (var container in containers)
            {
                await fixture.Engine.RemoveContainerAsync(container, default);
            }

            if (memory is not null)
            {
                await fixture.DropDumpAsync(memory);
                await fixture.Engine.RemoveImageAsync(memory.ImageName, default);
            }
        }
    }

    private void AssertSameMemory(string dump, string container, string other)
    {
        var others = ContainerProcesses.Of(other);
        var processes = ContainerProcesses.Of(container);
        Assert.Equal(processes.Keys.Order(), others.Keys.Order());
        foreach (var (number, process) in processes)
        {
            AssertStops(process, number);
            AssertStops(others[number], number);
            using var memory = new ProcessMemory(process);
            using var otherMemory = new ProcessMemory(others[number]);
            Assert.Equal(memory.Areas, otherMemory.Areas);
            var rseq = ContainerProcesses.Threads(process).Select(thread => CoreImages.RseqAddress(dump, thread)).OfType<long>().ToArray();
            var different = memory.DifferencesTo(otherMemory, rseq, out var compared);
            Assert.True(
                different.Count == 0,
                $"process {number}: {string.Join(", ", different.Select(page => $"{page:x} of "
                    + $"{memory.Areas.Single(area => area.Start <= page && page < area.End)}"))}");
            output.WriteLine($"process {number}: {compared} pages");

            // One byte of a page would have been noticed.
            var stack = memory.Areas.Single(area => area.Name == "[stack]").End - 0x1000;
            otherMemory.Flip(stack + 0xfff);
            Assert.Equal([stack], memory.DifferencesTo(otherMemory, rseq, out _));
            otherMemory.Flip(stack + 0xfff);
        }
    }

    // CRIU lets it go first and stops it then.
    private static void AssertStops(int process, int number) =>
        Assert.True(SpinWait.SpinUntil(() => ContainerProcesses.IsStopped(process), TimeSpan.FromSeconds(5)), $"process {number} runs");

    private async Task<InstalledMemory> DumpAsync(CheckpointSpec spec, string container)
    {
        await fixture.Engine.StartContainerAsync(container, default);
        await new ReadyWaiter(fixture.Engine).WaitAsync(container, spec, default);
        var dump = await CrCacheRuntime.DumpAsync(fixture.Engine, container, default);
        var labels = ContainerLabels.Of(ContainerLabels.ForTrial, spec.Name);
        return new InstalledMemory
        {
            Dump = dump,
            ImageId = await fixture.Engine.CommitAsync(container, "crcache/test", dump, labels, default),
            ImageName = $"crcache/test:{dump}",
            Volumes = new Dictionary<string, string>(),
            RestoreSeconds = 0,
        };
    }

    private async Task<string> RestoreAsync(CheckpointSpec spec, InstalledMemory memory)
    {
        var id = await fixture.Engine.CreateContainerAsync(ContainerPlan.Memory(spec, memory, ContainerLabels.ForTrial), default);
        try
        {
            await fixture.Engine.StartContainerAsync(id, default);
            return id;
        }
        catch
        {
            await fixture.Engine.RemoveContainerAsync(id, default);
            throw;
        }
    }
}
