using System.Text.Json;
using CrCache.Archives;
using CrCache.Core.Tests.Tar;
using CrCache.Diagnostics;
using CrCache.Files;
using CrCache.Keys;
using CrCache.Tar;

namespace CrCache.Core.Tests.Archives;

/// <summary>
/// Damaged input of all kinds: only the errors that are documented come out, in no time and with little memory, and nothing is
/// written beside the directory that was named. The seeds are fixed, so what fails once fails always.
/// </summary>
public sealed class ArchiveFuzzTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int Layers = 60_000;
    private const int RecordTexts = 24_000;
    private const int Tars = 12_000;
    private const int Files = 10_000;
    private const int Workers = 4;

    // The largest header that is read, the copy's buffer, and what a small input may take besides.
    private const long MostMemory = 8 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void Tars_of_changed_files()
    {
        var good = Result(
            TarFile.WriteAsync(
                [
                    .. new RandomTar(5).Files(6),
                    TarFile.Of("dir", TarType.Directory),
                    TarFile.Of("link", TarType.SymbolicLink, "/etc"),
                    TarFile.Of("dir/file", content: "x"),
                    TarFile.Of("hard", TarType.HardLink, "dir/file"),
                ]));
        Fuzz(Layers, TarDamage.To, good, input =>
        {
            using var layer = new MemoryStream();
            Wait(Layer.JoinAsync(new MemoryStream(input), new FileSystemChanges(["gone"], ["dir"]), layer, default));

            // What got through is a tar that leads nowhere else.
            layer.Position = 0;
            var changes = Result(Layer.SplitAsync(layer, Stream.Null, ExtendedAttributes.None, readFile: null, default));
            Assert.Equal((1, 1), (changes.Deleted.Count, changes.Replaced.Count));
        });
    }

    [Fact]
    public void Records()
    {
        var good = JsonSerializer.SerializeToUtf8Bytes(MadeUpArchive.Record, ArchiveJson.Default.ArchiveRecord);
        Fuzz(RecordTexts, Damage.To, good, input =>
        {
            var record = ArchiveRecordReader.Read(input);
            Assert.Matches("^[0-9a-f]{64}$", CheckpointKey.Of(record.Spec));
            Assert.All(ArchiveRecordReader.MembersOf(record), member => Assert.True(ArchiveLayout.Knows(member)));
            Assert.All(record.Files?.Replaced ?? [], path => TarPath.FromText(path));
        });
    }

    [Fact]
    public void Tars_of_archives()
    {
        using var folder = new FuzzFolder();
        var good = Result(TarFile.WriteAsync(Result(folder.Archive().MembersAsync())));
        Fuzz(Tars, TarDamage.To, good, input =>
        {
            var archive = folder.Archive();
            try
            {
                Directory.CreateDirectory(archive.Target);
                var unpacked = Result(
                    ArchiveReader.UnpackAsync(new CountingStream(new MemoryStream(input), 1 << 20), archive.Target, default));
                AssertRight(unpacked, archive);
            }
            finally
            {
                archive.CleanUp();
            }
        });
    }

    [Fact]
    public void Files_of_archives()
    {
        using var folder = new FuzzFolder();
        foreach (var withZstandard in new[] { true, false })
        {
            Result(folder.Archive().WriteAsync(withZstandard));
            Fuzz(Files / 2, Damage.To, File.ReadAllBytes(folder.Archive().File), input =>
            {
                var archive = folder.Archive();
                try
                {
                    File.WriteAllBytes(archive.File, input);
                    AssertRight(Result(archive.UnpackAsync()), archive);
                }
                finally
                {
                    archive.CleanUp();
                }
            });
        }
    }

    // On this thread: what is allocated is counted for each. (What writes files goes on on others now and then.)
    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private static T Result<T>(Task<T> task) => task.GetAwaiter().GetResult();

    // Whatever was damaged has nothing to say: a time, the bits of a window.
    private static void AssertRight(UnpackedArchive unpacked, MadeUpArchive archive)
    {
        Assert.Equal(MadeUpArchive.Record.Key, unpacked.Record.Key);
        Assert.Equal(MadeUpArchive.FilesOf(archive.Content), MadeUpArchive.FilesOf(archive.Target));
    }

    private void Fuzz(int inputs, Func<byte[], Random, byte[]> damage, byte[] good, Action<byte[]> read)
    {
        // Undamaged, it must be fine, or nothing would be tested.
        read(good);
        var (accepted, refused) = (0, 0);
        var processor = Environment.CpuUsage.TotalTime;
        Parallel.For(0, Workers, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, worker =>
        {
            var random = new Random(worker);
            for (var i = 0; i < inputs / Workers; i++)
            {
                var input = damage(good, random);
                var (before, clock) = (GC.GetAllocatedBytesForCurrentThread(), System.Diagnostics.Stopwatch.StartNew());
                try
                {
                    read(input);
                    Interlocked.Increment(ref accepted);
                }
                catch (Exception e) when (e is InvalidDataException or JsonException or CrCacheException { Code: ErrorCodes.BrokenArchive })
                {
                    Interlocked.Increment(ref refused);
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"Input {i} of worker {worker}: {Convert.ToBase64String(input)}", e);
                }

                Assert.True(
                    GC.GetAllocatedBytesForCurrentThread() - before < MostMemory,
                    $"input {i} of worker {worker} took {GC.GetAllocatedBytesForCurrentThread() - before} bytes");
                Assert.True(clock.Elapsed < Patience, $"input {i} of worker {worker} took {clock.Elapsed}");
            }
        });

        output.WriteLine(
            $"{inputs} inputs: {accepted} accepted, {refused} refused, {(Environment.CpuUsage.TotalTime - processor).TotalSeconds:0.0} "
            + "s of processor time");
        Assert.Equal(inputs, accepted + refused);
        Assert.True(refused > inputs / 4, $"{accepted} accepted, {refused} refused");
    }

    // One archive for each thread, where possible in memory.
    private sealed class FuzzFolder : IDisposable
    {
        private readonly string _root = Directory.Exists("/dev/shm")
            ? Directory.CreateDirectory(Path.Combine("/dev/shm", $"crcache-{Path.GetRandomFileName()}")).FullName
            : Directory.CreateTempSubdirectory("crcache fuzz ").FullName;

        private readonly ThreadLocal<MadeUpArchive> _archives;

        public FuzzFolder() => _archives = new ThreadLocal<MadeUpArchive>(() => new MadeUpArchive(_root));

        public MadeUpArchive Archive() => _archives.Value!;

        public void Dispose()
        {
            _archives.Dispose();
            Directory.Delete(_root, recursive: true);
        }
    }
}
