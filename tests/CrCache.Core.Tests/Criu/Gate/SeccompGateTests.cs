using System.Buffers.Binary;
using CrCache.Criu;
using CrCache.Criu.Gate;
using CrCache.Runtimes;

namespace CrCache.Core.Tests.Criu.Gate;

/// <summary>
/// The filters of dumps, judged. The real one is that of a Redis, dumped on Docker 28.5.2 with runc 1.3.6 and libseccomp 2.6 under the
/// profile of this repository.
/// </summary>
public sealed class SeccompGateTests : IDisposable
{
    private const uint CoreMagic = 0x55053847, ProcessMagic = 0x50273030, SeccompMagic = 0x64413049, Allow = 0x7fff0000, Deny = 0x00050001;
    private static readonly byte[] Real = ReadReal();
    private readonly string _dump = Directory.CreateTempSubdirectory("crcache seccomp ").FullName;

    public void Dispose() => Directory.Delete(_dump, recursive: true);

    [Fact]
    public void The_filter_that_the_engine_makes_of_the_profile_passes()
    {
        Write([Filter(Real)], 0);
        Assert.Null(Refuse());

        // Another one that allows all does not weaken it, whichever comes first.
        Write([Filter(Real), Filter(Returns(Allow), before: 0)], 1);
        Assert.Null(Refuse());
        Write([Filter(Returns(Allow)), Filter(Real, before: 0)], 1, 1);
        Assert.Null(Refuse());
        Write([Filter(Returns(0))], 0);
        Assert.Null(Refuse());
    }

    [Fact]
    public void One_that_allows_all_is_refused_as_is_a_thread_that_has_no_other()
    {
        Write([Filter(Returns(Allow))], 0);
        Assert.Contains("allow", Refuse(), StringComparison.Ordinal);
        Write([Filter(Real), Filter(Returns(Allow))], 0, 1);
        Assert.Contains("allow", Refuse(), StringComparison.Ordinal);
        foreach (var notDenied in new uint[] { 0x7fc00000, 0x7ff00000, 0x7ffc0000 })
        {
            Write([Filter(Returns(notDenied))], 0);
            Assert.Contains("allow", Refuse(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0xc000003e, 165u, "number 165 of x86_64")]
    [InlineData(0xc000003e, 250u, "number 250 of x86_64")]
    [InlineData(0xc000003e, 425u, "io_uring_setup of x86_64")]
    [InlineData(0xc000003e, 1000u, "number 1000 of x86_64")]
    [InlineData(0xc000003e, 0x40000000u + 165, "of x32")]
    [InlineData(0xc000003e, 0x40000000u + 528, "of x32")]
    [InlineData(0x40000003, 21u, "of i386")]
    [InlineData(0x40000003, 288u, "of i386")]
    [InlineData(0xc000003e, 56u, "clone of x86_64 with")]
    [InlineData(0xc000003e, 41u, "socket of x86_64 with")]
    [InlineData(0x40000003, 136u, "personality of i386 with")]
    public void One_call_that_is_let_through_is_enough(uint architecture, uint number, string named)
    {
        Write([Filter([.. Opens(architecture, number), .. Real])], 0);
        Assert.Contains(named, Refuse(), StringComparison.Ordinal);
    }

    // A clone into a namespace of one kind: the flags' masks are compared, not the whole of them.
    [Fact]
    public void A_condition_that_lets_more_through_is_found()
    {
        byte[] program =
        [
            .. Instruction(0x20, 4), .. Instruction(0x15, 0xc000003e, 0, 5), .. Instruction(0x20, 0), .. Instruction(0x15, 56, 0, 3),
            .. Instruction(0x20, 16), .. Instruction(0x15, 0x10000011, 0, 1), .. Instruction(0x06, Allow), .. Real,
        ];
        Write([Filter(program)], 0);
        Assert.Contains("clone of x86_64 with 10000011", Refuse(), StringComparison.Ordinal);
    }

    // What may be anything is taken to be what lets a call through.
    [Fact]
    public void A_path_that_depends_on_what_nobody_knows_counts()
    {
        Write([Filter([.. Instruction(0x20, 8), .. Instruction(0x15, 0x1234, 0, 1), .. Instruction(0x06, Allow), .. Real])], 0);
        Assert.Contains("allow", Refuse(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_the_kernel_would_not_take_or_that_nobody_knows_is_refused()
    {
        byte[][] programs =
        [
            [], Real[..800], Real[..^3], [.. Instruction(0x05, 1), .. Returns(Deny)], [.. Instruction(0x15, 0, 3, 0), .. Returns(Deny)],
            [.. Instruction(0x20, 64), .. Returns(Deny)], [.. Instruction(0x20, 2), .. Returns(Deny)],
            [.. Instruction(0x61, 0), .. Returns(Deny)], [.. Instruction(0x34, 0), .. Returns(Deny)], Instruction(0x16, 0),
            Returns(0x00010000), [.. Enumerable.Repeat(Instruction(0, 0), 4096).SelectMany(bytes => bytes), .. Returns(Deny)],
        ];
        foreach (var program in programs)
        {
            Write([Filter(program)], 0);
            Assert.Contains("cannot be evaluated", Refuse(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_thread_without_a_filter_and_images_that_say_more_are_refused()
    {
        var good = Filter(Real);
        Write([good], 1);
        AssertNotEvaluated();
        Write([Filter(Real, before: 0)], 0);
        AssertNotEvaluated();
        Write([Filter(Real, flags: 8)], 0);
        AssertNotEvaluated();
        Write([good]);
        AssertNotEvaluated();
        Write([Filter(Real, flags: 1)], 0, -1);
        Assert.Null(Refuse());
        Write([good], 0, -1);
        AssertNotEvaluated();
        Write([Filter(Real, flags: 1), Filter(Real, before: 0)], 1, -1);
        AssertNotEvaluated();
        Write([Filter(Real, flags: 1)], -1, 0);
        AssertNotEvaluated();
        (int, object?)[][] cores =
        [
            [(1, 1)], [(1, 1), (5, Thread(0, 0))], [(1, 1), (5, Thread(1, 0))], [(1, 3), (5, Thread(2, 0))], [(5, Thread(2, 0))],
            [(1, 1), (5, Thread(2, 0)), (5, Thread(2, 0))], [(1, 1), (3, Protobuf.Message((12, 0))), (5, Thread(2, 0))],
            [(1, 1), (5, Protobuf.Message((11, 2), (11, 2), (12, 0)))], [(1, 1), (5, Protobuf.Message((11, 2)))],
        ];
        foreach (var core in cores)
        {
            Write([good], 0);
            WriteImage("core-1.img", CoreMagic, Protobuf.Message(core));
            AssertNotEvaluated();
        }

        // A process that has ended comes back as one that has ended.
        Write([good], 0);
        File.AppendAllBytes(Path.Combine(_dump, "pstree.img"), [2, 0, 0, 0, .. Protobuf.Message((1, 9))]);
        AssertNotEvaluated();
        WriteImage("core-9.img", CoreMagic, Protobuf.Message((1, 1), (3, Protobuf.Message((1, 2)))));
        Assert.Null(Refuse());
        WriteImage("core-9.img", CoreMagic, Protobuf.Message((1, 1), (3, Protobuf.Message((1, 1)))));
        AssertNotEvaluated();

        Write([good], 0);
        var image = Path.Combine(_dump, "core-1.img");
        File.AppendAllBytes(image, File.ReadAllBytes(image)[8..]);
        AssertNotEvaluated();
        File.Delete(Path.Combine(_dump, "seccomp.img"));
        AssertNotEvaluated();
    }

    // Whatever is changed in it: it is refused, or still denies what it must.
    [Fact]
    public void Damage_is_refused_or_harmless_and_always_judged()
    {
        var random = new Random(10);
        for (var round = 0; round < 300; round++)
        {
            var program = (byte[])Real.Clone();
            program[random.Next(program.Length)] ^= (byte)(1 << random.Next(8));
            Write([Filter(program)], 0);
            var reason = Refuse();
            if (reason is null)
            {
                AssertDenies(program);
            }
        }
    }

    private static void AssertDenies(byte[] program)
    {
        var data = new uint?[16];
        (uint, uint)[] calls = [(0xc000003e, 165), (0xc000003e, 250), (0xc000003e, 272), (0x40000003, 21)];
        foreach (var (architecture, number) in calls)
        {
            (data[0], data[1]) = (number, architecture);
            Assert.True(SeccompFilter.Read(program).AlwaysDenies(data), $"{number} of {architecture:x}");
        }
    }

    private void AssertNotEvaluated() => Assert.Contains("cannot be evaluated", Refuse(), StringComparison.Ordinal);

    private string? Refuse() => SeccompGate.Refuse(_dump, SeccompProfile.WithoutIoUring);

    // A dump whose threads have these filters last.
    private void Write(byte[][] filters, params int[] threads)
    {
        Array.ForEach(Directory.GetFiles(_dump), File.Delete);
        WriteImage("seccomp.img", SeccompMagic, Protobuf.Message(filters.Select(filter => (1, (object?)filter))));
        WriteImage(
            "pstree.img", ProcessMagic, Protobuf.Message([(1, 1), .. threads.Select((_, index) => (5, (object?)(index + 1)))]));
        foreach (var (last, index) in threads.Select((last, index) => (last, index + 1)))
        {
            WriteImage($"core-{index}.img", CoreMagic, Protobuf.Message((1, 1), (3, Protobuf.Message((1, 1))), (5, Thread(2, last))));
        }
    }

    private void WriteImage(string name, uint magic, byte[] record)
    {
        using var file = File.Create(Path.Combine(_dump, name));
        ImageMagic.Write(file, ImageMagic.Common, magic, (uint)record.Length);
        file.Write(record);
    }

    // A negative one: it has none of its own.
    private static byte[] Thread(int mode, int last) =>
        last < 0 ? Protobuf.Message((1, 0), (2, 0)) : Protobuf.Message((1, 0), (2, 0), (11, mode), (12, last));

    private static byte[] Filter(byte[] program, int? before = null, int flags = 0) =>
        Protobuf.Message((1, program), (2, before), (3, flags));

    private static byte[] Returns(uint value) => Instruction(0x06, value);

    // Lets one call of one architecture through.
    private static byte[] Opens(uint architecture, uint number) =>
    [
        .. Instruction(0x20, 4), .. Instruction(0x15, architecture, 0, 3), .. Instruction(0x20, 0), .. Instruction(0x15, number, 0, 1),
        .. Returns(Allow),
    ];

    private static byte[] Instruction(ushort code, uint value, byte yes = 0, byte no = 0)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, code);
        (bytes[2], bytes[3]) = (yes, no);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), value);
        return bytes;
    }

    private static byte[] ReadReal()
    {
        using var stream = typeof(SeccompGateTests).Assembly.GetManifestResourceStream("redis-seccomp.img")!;
        using var image = new MemoryStream();
        stream.CopyTo(image);
        var filter = Assert.Single(Protobuf.Fields(image.ToArray().AsSpan(12)));
        return Protobuf.Fields(filter.Content)[0].Content;
    }
}
