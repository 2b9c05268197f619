using System.Buffers.Binary;
using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Restoring;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Engine.Tests.Installing;

/// <summary>Archives from machines whose memory cannot be restored here.</summary>
[Collection(EngineTests.Name)]
public sealed class OtherMachineTests(EngineFixture fixture)
{
    private readonly Progress<string> _progress = new();

    [Requires(Need.Engine)]
    public async Task Memory_of_a_processor_that_can_more_is_not_restored_and_files_serve()
    {
        var spec = await fixture.RedisAsync(Rung.Auto, ("TEST", "other processor"));
        var archive = Path.Combine(fixture.Folder, "made.checkpoint");
        var (made, _) = await fixture.Maker.EnsureAsync(spec, archive, write: true, _progress, default);
        Assert.True(made.Memory is not null, made.WhyNoMemory);

        var home = Path.Combine(fixture.Folder, "other");
        var store = new InstalledCheckpoints(home);
        var maker = new CheckpointProvider(
            fixture.Engine, store, new ArchiveStore(home, ArchiveReader.DescribeAsync), TestStore.TrustOf(home));
        var (stored, source) = await maker.EnsureAsync(spec, await OfBetterProcessorAsync(archive), write: false, _progress, default);
        try
        {
            Assert.Equal(CheckpointSource.Found, source);
            Assert.Null(stored.Memory);
            Assert.StartsWith(ErrorCodes.RestoreFailed, stored.WhyNoMemory, StringComparison.Ordinal);
            Assert.Contains("CPU", stored.WhyNoMemory, StringComparison.OrdinalIgnoreCase);

            var restorer = new CheckpointRestorer(fixture.Engine, store);
            var copy = await restorer.RestoreAsync(spec, stored with { ColdSeconds = 60 }, ContainerLabels.ForTrial, _progress, default);
            await fixture.Engine.RemoveContainerAsync(copy.Id, default);
            Assert.Equal(Rung.Files, copy.Rung);
            Assert.Equal(stored.WhyNoMemory, copy.Note);

            var pinned = await Assert.ThrowsAsync<CrCacheException>(() => restorer.RestoreAsync(
                spec with { Mode = Rung.Memory }, stored, ContainerLabels.ForTrial, _progress, default));
            Assert.Equal(ErrorCodes.RestoreFailed, pinned.Code);
        }
        finally
        {
            await fixture.DropAsync(stored);
        }
    }

    // The same archive, but its dump says that the processor had every instruction that there is a bit for.
    private async Task<string> OfBetterProcessorAsync(string archive)
    {
        var root = Directory.CreateDirectory(Path.Combine(fixture.Folder, "unpacked")).FullName;
        using var area = new WorkArea(root);
        var unpacked = await ArchiveReader.UnpackAsync(archive, area.Archive, default);
        var path = area.Member(ArchiveLayout.Dump + "cpuinfo.img");
        await File.WriteAllBytesAsync(path, WithAllCapabilities(await File.ReadAllBytesAsync(path)));
        var changed = Path.Combine(fixture.Folder, "better.checkpoint");
        await using var file = File.Create(changed);
        await ArchiveWriter.WriteAsync(unpacked.Record, area.Archive, file, new ArchiveKeys(fixture.Folder, TestStore.TeamKey), default);
        return changed;
    }

    // Two magics, then one cpuinfo_entry behind its length; its field 1 is the processor, whose field 6 are 32 bits each.
    private static byte[] WithAllCapabilities(byte[] image)
    {
        var entry = image.AsSpan(12);
        Assert.Equal(entry.Length, BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(8)));
        var position = 1;
        Assert.Equal(0x0a, entry[0]);
        var length = Varint(entry, ref position);
        var processor = entry.Slice(position, (int)length);
        var changed = new List<byte>();
        for (var i = 0; i < processor.Length;)
        {
            var start = i;
            var tag = Varint(processor, ref i);
            var value = Varint(processor, ref i);
            if ((tag & 7) == 2)
            {
                i += (int)value;
            }

            if (tag == (6 << 3))
            {
                changed.AddRange([6 << 3, 0xff, 0xff, 0xff, 0xff, 0x0f]);
            }
            else
            {
                changed.AddRange(processor[start..i]);
            }
        }

        byte[] message = [0x0a, .. ToVarint(changed.Count), .. changed];
        byte[] size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, message.Length);
        return [.. image.AsSpan(0, 8), .. size, .. message];
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int position)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[position++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    private static byte[] ToVarint(int value) => value < 0x80 ? [(byte)value] : [(byte)(value | 0x80), .. ToVarint(value >> 7)];
}
