using System.Formats.Tar;
using System.Text;
using CrCache.Tar;
using TarReader = CrCache.Tar.TarReader;
using TarWriter = CrCache.Tar.TarWriter;

namespace CrCache.Core.Tests.Tar;

public sealed class TarTests
{
    private const int Seeds = 300;

    [Fact]
    public async Task What_is_written_is_read_and_equal_members_are_equal_bytes()
    {
        var tars = new HashSet<string>();
        for (var seed = 0; seed < Seeds; seed++)
        {
            var files = new RandomTar(seed).Files(12);
            var tar = await TarFile.WriteAsync(files);
            Assert.Equal(files.Select(file => file.ToString()), (await TarFile.ReadAsync(tar)).Select(file => file.ToString()));
            Assert.Equal(tar, await TarFile.WriteAsync(new RandomTar(seed).Files(12)));
            Assert.True(tars.Add(Convert.ToHexString(tar)));
        }
    }

    // It reads numbers of owners as int and decodes names and attributes as text, so these members are plain ones.
    [Fact]
    public async Task The_reader_of_dotnet_reads_the_same()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var files = new RandomTar(seed, anyBytes: false).Files(12)
                .Where(file => file.Member.Uid < int.MaxValue && file.Member.Gid < int.MaxValue)
                .ToArray();
            using var reader = new System.Formats.Tar.TarReader(new MemoryStream(await TarFile.WriteAsync(files)));
            foreach (var (member, content) in files)
            {
                var entry = (await reader.GetNextEntryAsync())!;
                Assert.Equal(TarPath.ToText(member.Name), entry.Name.TrimEnd('/'));
                Assert.Equal(TarPath.ToText(member.LinkName), entry.LinkName);
                Assert.Equal(
                    (member.Mode, (int)member.Uid, (int)member.Gid, member.Size), ((int)entry.Mode, entry.Uid, entry.Gid, entry.Length));
                Assert.Equal((byte)member.Type, (byte)entry.EntryType);
                Assert.Equal(member.Modified / 100, (entry.ModificationTime - DateTimeOffset.UnixEpoch).Ticks, 10.0);
                var attributes = entry is PaxTarEntry pax ? pax.ExtendedAttributes : new Dictionary<string, string>();
                Assert.All(
                    member.Attributes,
                    attribute => Assert.Equal(Encoding.ASCII.GetString(attribute.Value), attributes[$"SCHILY.xattr.{attribute.Key}"]));
                using var actual = new MemoryStream();
                await (entry.DataStream ?? Stream.Null).CopyToAsync(actual);
                Assert.Equal(content, actual.ToArray());
            }

            Assert.Null(await reader.GetNextEntryAsync());
        }
    }

    [Theory]
    [InlineData(0x1_FFFF_FFFF)]
    [InlineData(0x2_0000_0000)]
    [InlineData(20L << 40)]
    public async Task Sizes_beyond_8_GiB_are_written_in_both_ways_that_readers_know(long size)
    {
        using var tar = new MemoryStream();
        var member = new TarMember { Name = "large", Type = TarType.File, Size = size };
        await Assert.ThrowsAsync<InvalidDataException>(() => new TarWriter(tar).WriteAsync(member, Stream.Null, default).AsTask());
        var header = tar.ToArray();
        Assert.Equal(size, (await new TarReader(new MemoryStream(header)).NextAsync(default))!.Size);
        Assert.Equal(size, (await new TarReader(new MemoryStream(header[^512..])).NextAsync(default))!.Size);
    }

    [Fact]
    public async Task Content_of_another_length_than_the_header_says_is_an_error()
    {
        foreach (var length in new[] { 0, 9, 11 })
        {
            var member = new TarMember { Name = "file", Type = TarType.File, Size = 10 };
            await Assert.ThrowsAsync<InvalidDataException>(
                () => new TarWriter(new MemoryStream()).WriteAsync(member, new MemoryStream(new byte[length]), default).AsTask());
        }
    }

    [Fact]
    public async Task A_tar_that_is_cut_off_is_an_error_wherever_that_is()
    {
        var files = new RandomTar(1).Files(4).Append(TarFile.Of("last", content: "last")).ToArray();
        var tar = await TarFile.WriteAsync(files);
        var ends = 0;
        for (var length = 0; length < tar.Length - 1024; length++)
        {
            try
            {
                // A tar may end without its two blocks of zeros; so does one that ends between two members.
                Assert.True((await TarFile.ReadAsync(tar[..length])).Count < files.Length);
                ends++;
            }
            catch (InvalidDataException)
            {
            }
        }

        Assert.InRange(ends, 1, 2 * files.Length);
    }

    [Theory]
    [InlineData("12 path=a\0b\n")]
    [InlineData("99 path=a\n")]
    [InlineData("0 path=a\n")]
    [InlineData("-9 path=a\n")]
    [InlineData("4 =a\n")]
    [InlineData("path=a\n")]
    [InlineData("14 mtime=never\n")]
    [InlineData("24 mtime=99999999999999\n")]
    [InlineData("9 size=-1\n")]
    [InlineData("30 size=99999999999999999999\n")]
    [InlineData("22 GNU.sparse.major=1\n")]
    public async Task A_damaged_extended_header_is_an_error(string records)
    {
        var tar = await TarFile.WriteAsync([TarFile.Of("extended", content: records), TarFile.Of("file")]);
        tar[156] = (byte)'x';
        FixChecksum(tar.AsSpan(0, 512));
        await Assert.ThrowsAsync<InvalidDataException>(() => TarFile.ReadAsync(tar));
    }

    [Fact]
    public async Task A_size_that_no_stream_has_ends_as_a_tar_that_was_cut_off()
    {
        var records = $"28 size={long.MaxValue}\n";
        var tar = await TarFile.WriteAsync([TarFile.Of("extended", content: records), TarFile.Of("file")]);
        tar[156] = (byte)'x';
        FixChecksum(tar.AsSpan(0, 512));
        var reader = new TarReader(new MemoryStream(tar));
        Assert.Equal(long.MaxValue, (await reader.NextAsync(default))!.Size);
        await Assert.ThrowsAsync<InvalidDataException>(() => reader.NextAsync(default).AsTask());
    }

    [Theory]
    [InlineData(100, "-000001\0")]
    [InlineData(108, "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData(124, "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData(124, "\u00bf\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData(136, "777777777777")]
    [InlineData(156, "S")]
    [InlineData(337, "17777777")]
    public async Task A_field_of_a_header_that_makes_no_sense_is_an_error(int offset, string field)
    {
        var tar = await TarFile.WriteAsync([TarFile.Of("file")]);
        Encoding.Latin1.GetBytes(field).CopyTo(tar, offset);
        FixChecksum(tar.AsSpan(0, 512));
        await Assert.ThrowsAsync<InvalidDataException>(() => TarFile.ReadAsync(tar));
    }

    /// <summary>Makes the checksum of a header right.</summary>
    internal static void FixChecksum(Span<byte> header)
    {
        header[148..156].Fill((byte)' ');
        var sum = 0;
        foreach (var part in header)
        {
            sum += part;
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(7, '0') + "\0").CopyTo(header[148..]);
    }
}
