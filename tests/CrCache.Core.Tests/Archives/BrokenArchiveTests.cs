using System.Text;
using CrCache.Archives;
using CrCache.Core.Tests.Tar;
using CrCache.Files;
using CrCache.Tar;

namespace CrCache.Core.Tests.Archives;

/// <summary>What comes from elsewhere is refused with one error, and nothing is written beside the directory that was named.</summary>
public sealed class BrokenArchiveTests : IDisposable
{
    private readonly MadeUpArchive _archive = new();

    public void Dispose() => _archive.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cut_off_anywhere(bool withZstandard)
    {
        await _archive.WriteAsync(withZstandard);
        var whole = await File.ReadAllBytesAsync(_archive.File);
        for (var length = 0; length < whole.Length; length += length < whole.Length - 40 ? 19 : 1)
        {
            await File.WriteAllBytesAsync(_archive.File, whole[..length]);
            var error = await Record.ExceptionAsync(_archive.UnpackAsync);
            if (error is null && !withZstandard && length > whole.Length - 40)
            {
                // .NET does not miss gzip's own end; then all that the digests cover was there.
                Assert.Equal(MadeUpArchive.FilesOf(_archive.Content), MadeUpArchive.FilesOf(_archive.Target));
            }
            else
            {
                MadeUpArchive.AssertBroken(error, $"{length} of {whole.Length}");
            }

            _archive.CleanUp();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_changed_byte_anywhere(bool withZstandard)
    {
        await _archive.WriteAsync(withZstandard);
        var whole = await File.ReadAllBytesAsync(_archive.File);
        var (random, harmless) = (new Random(1), 0);
        for (var at = 0; at < whole.Length; at += at is < 32 ? 1 : 9)
        {
            var changed = whole.ToArray();
            changed[at] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(_archive.File, changed);
            if (await Record.ExceptionAsync(_archive.UnpackAsync) is { } error)
            {
                MadeUpArchive.AssertBroken(error, $"byte {at}");
            }
            else
            {
                // Both compressions have bits that mean nothing to a reader: a time, a system, the window's size.
                Assert.Equal(MadeUpArchive.FilesOf(_archive.Content), MadeUpArchive.FilesOf(_archive.Target));
                harmless++;
            }

            _archive.CleanUp();
        }

        Assert.InRange(harmless, 0, 10);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("\u0028\u00b5\u002f\u00fd\u0000\u0000\u0001\u0000\u0000garbage")]
    [InlineData("\u0028\u00b5\u002f\u00fd\u0000\u0000\u0039\u0000\u0000garbage")]
    public async Task Something_behind_the_end_of_the_compression(string garbage)
    {
        // The others begin with an empty frame, and with one of seven bytes.
        await _archive.WriteAsync();
        await File.AppendAllTextAsync(_archive.File, garbage, Encoding.Latin1);
        await _archive.AssertRefusedAsync(garbage);

        // With gzip it has nothing to say either: readers of gzip ignore what is behind it.
        await _archive.WriteAsync(withZstandard: false);
        await File.AppendAllTextAsync(_archive.File, garbage, Encoding.Latin1);
        await _archive.UnpackAsync();
        Assert.Equal(MadeUpArchive.FilesOf(_archive.Content), MadeUpArchive.FilesOf(_archive.Target));
    }

    [Fact]
    public async Task Something_behind_the_end_of_the_tar()
    {
        var tar = await TarFile.WriteAsync(await _archive.MembersAsync());
        await _archive.WriteTarAsync([.. tar, .. new byte[10240]]);
        await _archive.UnpackAsync();
        _archive.CleanUp();
        await _archive.WriteTarAsync([.. tar, .. "garbage"u8]);
        await _archive.AssertRefusedAsync("behind the tar");
        await _archive.WriteTarAsync([.. tar, .. tar]);
        await _archive.AssertRefusedAsync("another one behind it");
    }

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("\u0028\u00b5\u002f\u00fd")]
    [InlineData("\u001f\u008b")]
    public async Task What_is_no_archive(string content)
    {
        await File.WriteAllTextAsync(_archive.File, content, Encoding.Latin1);
        await _archive.AssertRefusedAsync(content);
    }

    [Fact]
    public async Task What_is_not_there_or_no_file()
    {
        await _archive.AssertRefusedAsync("nothing");
        Directory.CreateDirectory(_archive.File);
        await _archive.AssertRefusedAsync("a directory");
    }

    public static TheoryData<string> Members =>
    [
        "../escaped", "/tmp/escaped", "checkpoint/../../escaped", "checkpoint/..", "checkpoint/.", "checkpoint/a/b",
        "checkpoint/.hidden", "checkpoint\\..\\..\\escaped", "volumes/../../escaped.tar", "volumes/a.tar/../../../escaped",
        "crcache/clean/../../../escaped", "unknown", "crcache/unknown", "CONFIG.DUMP", "config.dump\n", "./config.dump",
        "checkpoint/" + new string('a', 400), "volumes/" + new string('a', 400) + ".tar", "config.dump/", "",
    ];

    [Theory]
    [MemberData(nameof(Members))]
    public async Task A_member_of_another_name(string name)
    {
        await _archive.WriteAsync((await _archive.MembersAsync()).Append(TarFile.Of(name, content: "escaped")));
        await _archive.AssertRefusedAsync(name);
        Assert.False(File.Exists("/tmp/escaped"));
    }

    [Fact]
    public async Task A_member_of_another_kind()
    {
        foreach (var type in Enum.GetValues<TarType>().Where(type => type != TarType.File))
        {
            await _archive.WriteAsync(
                (await _archive.MembersAsync())
                    .Where(file => file.Member.Name != ArchiveLayout.Config)
                    .Append(TarFile.Of(ArchiveLayout.Config, type, "/etc/passwd")));
            await _archive.AssertRefusedAsync(type.ToString());
        }

        // A link in place of a directory, through which a later member would be written.
        await _archive.WriteAsync((await _archive.MembersAsync()).Prepend(TarFile.Of("checkpoint", TarType.SymbolicLink, "../..")));
        await _archive.AssertRefusedAsync("a link first");
        var members = await _archive.MembersAsync();
        members.Insert(1, TarFile.Of("checkpoint", TarType.SymbolicLink, "../.."));
        await _archive.WriteAsync(members);
        await _archive.AssertRefusedAsync("a link second");
    }

    [Fact]
    public async Task Members_that_are_twice_there_missing_or_in_another_order()
    {
        var members = await _archive.MembersAsync();
        foreach (var member in members)
        {
            await _archive.WriteTarAsync(await TarFile.WriteAsync(members.Append(member)));
            await _archive.AssertRefusedAsync($"{member.Member.Name} behind the digests");
            if (member.Member.Type == TarType.File)
            {
                await _archive.WriteTarAsync(await TarFile.WriteAsync(members.Where(other => other != member)));
                await _archive.AssertRefusedAsync($"no {member.Member.Name}");
                await _archive.WriteAsync(members.Prepend(member));
                await _archive.AssertRefusedAsync($"{member.Member.Name} twice", accepted: member.Member.Name == ArchiveLayout.Digests);
            }
        }
    }

    [Fact]
    public async Task Members_that_the_record_names_and_that_are_missing_from_the_digests_as_well()
    {
        var members = await _archive.MembersAsync();
        var optional = new[]
        {
            "checkpoint/core-1.img",
            "checkpoint/eventfd.img",
            "checkpoint/ids-1.img",
            "checkpoint/mountpoints-13.img",
            "checkpoint/pages-1.img",
            "checkpoint/pstree.img",
            "checkpoint/seccomp.img",
            ArchiveLayout.Config,
            ArchiveLayout.Spec,
            ArchiveLayout.Statistics,
        };
        foreach (var missing in members.Select(member => member.Member.Name)
            .Where(name => name is not ("checkpoint" or ArchiveLayout.Digests)))
        {
            await _archive.WriteAsync(members.Where(member => member.Member.Name != missing));
            await _archive.AssertRefusedAsync(missing, accepted: optional.Contains(missing));
        }
    }

    [Fact]
    public async Task A_small_file_that_would_fill_a_disk()
    {
        // No zeros need be there: the header says how many are to come.
        var tar = new MemoryStream();
        var record = (await _archive.MembersAsync())[0];
        var writer = new TarWriter(tar);
        await writer.WriteAsync(record.Member, new MemoryStream(record.Content), default);
        var pages = new TarMember { Name = "checkpoint/pages-1.img", Type = TarType.File, Size = 1100L << 20 };
        await Assert.ThrowsAsync<InvalidDataException>(() => writer.WriteAsync(pages, Stream.Null, default).AsTask());
        await _archive.WriteTarAsync(tar.ToArray());
        var error = await Record.ExceptionAsync(_archive.UnpackAsync);
        MadeUpArchive.AssertBroken(error, "one large member");
        Assert.Contains("more than", error!.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_archive.Target));

        // And many that are small.
        const int Limit = 1 << 20;
        var many = Enumerable.Range(0, 50).Select(i => TarFile.Of($"checkpoint/pages-{i}.img", content: new string('x', 100_000)));
        var content = new CountingStream(new MemoryStream(await TarFile.WriteAsync(many.Prepend(record))), Limit);
        await Assert.ThrowsAsync<InvalidDataException>(() => ArchiveReader.UnpackAsync(content, _archive.Target, default));
        Assert.InRange(
            new DirectoryInfo(_archive.Target).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), 1, Limit);
        Assert.Equal(1L << 30, ContentLimit.Of(1 << 20));
        Assert.Equal(250L << 30, ContentLimit.Of(1 << 30));
        Assert.Equal(long.MaxValue, ContentLimit.Of(long.MaxValue));
    }
}
