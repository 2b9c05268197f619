using CrCache.Tar;

namespace CrCache.Core.Tests.Tar;

/// <summary>Against GNU tar, both ways.</summary>
public sealed class GnuTarTests : IDisposable
{
    // Everything that needs no root: a long path, bytes that are no UTF-8, links, a pipe, holes, times before 1970 and of nanoseconds.
    private const string Tree = """
        set -e
        umask 022
        long=$(printf 'l%.0s' $(seq 120))
        mkdir -p tree/$long/$long/$long
        printf content > tree/$long/$long/$long/file
        printf one > tree/first
        ln tree/first tree/second
        ln -s $long/$long/$long/$long tree/link
        ln tree/$long/$long/$long/file tree/$long/again
        printf bytes > "$(printf 'tree/\377\376 \n')"
        mkfifo tree/pipe
        : > tree/empty
        chmod 4751 tree/first
        touch -d '1969-12-31T23:59:58Z' tree/empty
        touch -d '1902-01-01T00:00:00.5Z' tree/pipe
        touch -d '2024-05-06T07:08:09.123456789Z' tree/first
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("crcache tar ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.Linux, "tar", "sh")]
    public async Task What_it_writes_is_read()
    {
        Programs.Run(_folder, "sh", "-c", Tree);
        var all = new Dictionary<string, List<TarFile>>();
        foreach (var format in new[] { "gnu", "pax" })
        {
            Programs.Run(
                _folder,
                "tar",
                "--create",
                "--file",
                format,
                "--format",
                format,
                "--sort=name",
                "--numeric-owner",
                "--owner=4000000",
                "--group=7",
                "tree");
            var files = all[format] = await TarFile.ReadAsync(await File.ReadAllBytesAsync(Path.Combine(_folder, format)));
            var isGnu = format == "gnu";
            Assert.All(files, file => Assert.Equal((4000000, 7), (file.Member.Uid, file.Member.Gid)));
            Assert.Equal(-2_000_000_000, Find(files, "tree/empty").Member.Modified);
            Assert.Equal(isGnu ? -2145916800_000_000_000 : -2145916799_500_000_000, Find(files, "tree/pipe").Member.Modified);
            Assert.Equal((TarType.Fifo, 0), (Find(files, "tree/pipe").Member.Type, Find(files, "tree/pipe").Content.Length));
            Assert.Equal("bytes"u8.ToArray(), Find(files, "tree/ÿþ ").Content);
            var first = Find(files, "tree/first");
            Assert.Equal(
                ("one", 1714979289_123_456_789 / (isGnu ? 1_000_000_000 : 1)),
                (System.Text.Encoding.ASCII.GetString(first.Content), first.Member.Modified / (isGnu ? 1_000_000_000 : 1)));
            Assert.Equal(0b100_111_101_001, first.Member.Mode);
            Assert.Equal(
                (TarType.HardLink, "tree/first"), (Find(files, "tree/second").Member.Type, Find(files, "tree/second").Member.LinkName));
            Assert.Equal(483, Find(files, "tree/link").Member.LinkName.Length);
            Assert.Equal(12, files.Count);
        }

        // It has a name that .NET cannot write, and so not remove.
        Programs.Run(_folder, "rm", "-r", "tree");
        Assert.Equal(all["gnu"].Select(file => file.Member.Name), all["pax"].Select(file => file.Member.Name));
    }

    [Requires(Need.Linux, "tar", "setfattr")]
    public async Task Extended_attributes_it_writes_are_read()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "content");
        Programs.Run(_folder, "setfattr", "--name=user.binary", "--value=0x00ff0a3d0d", "file");
        Programs.Run(_folder, "setfattr", "--name=user.empty", "file");
        Programs.Run(_folder, "tar", "--create", "--file=tar", "--format=pax", "--xattrs", "--xattrs-include=user.*", "file");
        var file = Assert.Single(await TarFile.ReadAsync(await File.ReadAllBytesAsync(Path.Combine(_folder, "tar"))));
        Assert.Equal([0, 0xff, 0x0a, 0x3d, 0x0d], file.Member.Attributes["user.binary"]);
        Assert.Empty(file.Member.Attributes["user.empty"]);
    }

    [Requires(Need.Linux, "tar")]
    public async Task It_lists_what_is_written()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            // Between members stands a line feed, so no name has one.
            var files = new RandomTar(seed).Files(30).Where(file => !file.Member.Name.Contains('\n', StringComparison.Ordinal)).ToArray();
            await File.WriteAllBytesAsync(Path.Combine(_folder, "tar"), await TarFile.WriteAsync(files));
            var names = files.Select(file => file.Member.Type == TarType.Directory ? file.Member.Name + "/" : file.Member.Name);
            Assert.Equal(names, Programs.Run(_folder, "tar", "--list", "--file=tar", "--quoting-style=literal").Split('\n')[..^1]);
        }
    }

    [Requires(Need.Linux, "tar", "getfattr")]
    public async Task It_unpacks_what_is_written()
    {
        var file = TarFile.Of("a/" + new string('f', 200), content: "content");
        var attributes = new Dictionary<string, byte[]> { ["user.binary"] = [0, 0xff, 0x0a, 0x3d], ["user.empty"] = [] };
        file = file with
        {
            Member = file.Member with { Mode = 0b111_101_000, Modified = 1_714_979_289_123_456_700, Attributes = attributes },
        };
        var tar = await TarFile.WriteAsync(
            [
                TarFile.Of("a", TarType.Directory) with
                {
                    Member = new TarMember { Name = "a", Type = TarType.Directory, Mode = 0b111_101_101 },
                },
                file,
                TarFile.Of("hard", TarType.HardLink, file.Member.Name),
                TarFile.Of("soft", TarType.SymbolicLink, "a/" + new string('x', 150)),
            ]);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "tar"), tar);
        Programs.Run(
            _folder, "tar", "--extract", "--file=tar", "--xattrs", "--xattrs-include=user.*", "--preserve-permissions", "--no-same-owner");
        var path = Path.Combine(_folder, file.Member.Name);
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(_folder, "hard")));
        Assert.Equal(file.Member.Mode, (int)(OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path)));
        Assert.Equal(file.Member.Modified / 100, (File.GetLastWriteTimeUtc(path) - DateTime.UnixEpoch).Ticks);
        Assert.Equal("a/" + new string('x', 150), new FileInfo(Path.Combine(_folder, "soft")).LinkTarget);
        Assert.Contains(
            "user.binary=0x00ff0a3d\nuser.empty",
            Programs.Run(_folder, "getfattr", "--dump", "--encoding=hex", "hard"),
            StringComparison.Ordinal);
    }

    private static TarFile Find(List<TarFile> files, string name) => files.Single(file => file.Member.Name == name);
}
