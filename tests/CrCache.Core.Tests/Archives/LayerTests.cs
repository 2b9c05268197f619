using System.Text;
using CrCache.Core.Tests.Tar;
using CrCache.Tar;

namespace CrCache.Core.Tests.Archives;

public sealed class LayerTests
{
    [Fact]
    public async Task A_layer_is_taken_apart_and_put_together_again()
    {
        TarFile[] layer =
        [
            TarFile.Of("etc", TarType.Directory),
            TarFile.Of("etc/file", content: "content"),
            TarFile.Of("etc/hard", TarType.HardLink, "etc/file"),
            TarFile.Of("etc/soft", TarType.SymbolicLink, "/somewhere/../else"),
            TarFile.Of("etc/.wh.removed"),
            TarFile.Of("new/.wh..wh..opq"),
            TarFile.Of(".wh.at the root"),
            TarFile.Of(".wh..wh.aufs"),
            TarFile.Of("dev/null", TarType.CharacterDevice) with
            {
                Member = new TarMember { Name = "dev/null", Type = TarType.CharacterDevice, DeviceMajor = 1, DeviceMinor = 3 },
            },
        ];
        using var files = new MemoryStream();
        var changes = await Layer.SplitAsync(await Stream(layer), files, ExtendedAttributes.None, readFile: null, default);
        Assert.Equal(["etc/removed", "at the root"], changes.Deleted);
        Assert.Equal(["new"], changes.Replaced);
        Assert.Equal(
            ["etc", "etc/file", "etc/hard", "etc/soft", "dev/null"],
            (await TarFile.ReadAsync(files.ToArray())).Select(file => file.Member.Name));

        using var joined = new MemoryStream();
        files.Position = 0;
        await Layer.JoinAsync(files, changes, joined, default);
        var expected = layer.Where(file => file.Member.Name != ".wh..wh.aufs")
            .Select(file => file.ToString())
            .Order(StringComparer.Ordinal);
        Assert.Equal(expected, (await TarFile.ReadAsync(joined.ToArray())).Select(file => file.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Whatever_a_file_system_holds_comes_back_as_it_was()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            // No path goes on through another member: each ends in a number of its own.
            var files = new RandomTar(seed).Files(12).ToArray();
            using var split = new MemoryStream();
            var changes = await Layer.SplitAsync(await Stream(files), split, ExtendedAttributes.None, readFile: null, default);
            Assert.Equal((0, 0), (changes.Deleted.Count, changes.Replaced.Count));
            using var joined = new MemoryStream();
            split.Position = 0;
            await Layer.JoinAsync(split, changes, joined, default);
            Assert.Equal(
                files.Select(file => file.ToString()), (await TarFile.ReadAsync(joined.ToArray())).Select(file => file.ToString()));
        }
    }

    [Fact]
    public async Task Attributes_from_elsewhere_come_to_those_of_the_layer_and_win()
    {
        var file = TarFile.Of("a/file", content: "x");
        file = file with
        {
            Member = file.Member with { Attributes = new Dictionary<string, byte[]> { ["security.capability"] = [1], ["user.a"] = [2] } },
        };
        var more = new Dictionary<string, IReadOnlyDictionary<string, byte[]>>
        {
            ["a/file"] = new Dictionary<string, byte[]> { ["user.a"] = [3], ["user.b"] = [0, 10] },
        };
        using var split = new MemoryStream();
        await Layer.SplitAsync(await Stream([file, TarFile.Of("a/other")]), split, more, readFile: null, default);
        var files = await TarFile.ReadAsync(split.ToArray());
        Assert.Contains("[security.capability=01 user.a=03 user.b=000A]", files[0].ToString(), StringComparison.Ordinal);
        Assert.Empty(files[1].Member.Attributes);
    }

    [Fact]
    public async Task A_file_that_an_engine_leaves_out_because_only_its_attributes_were_changed_is_fetched()
    {
        var changes = new Dictionary<string, byte[]> { ["user.a"] = [1] };
        var attributes = new Dictionary<string, IReadOnlyDictionary<string, byte[]>>
        {
            ["a/changed"] = changes,
            ["a/left-out"] = changes,
            [""] = changes,
        };
        using var split = new MemoryStream();
        await Layer.SplitAsync(await Stream([TarFile.Of("a/changed", content: "x")]), split, attributes, FetchAsync, default);
        var files = await TarFile.ReadAsync(split.ToArray());
        Assert.Equal(["a/changed", "a/left-out"], files.Select(file => file.Member.Name));
        Assert.Equal("a/left-out", Encoding.Latin1.GetString(files[1].Content));
        Assert.All(files, file => Assert.Equal(["user.a"], file.Member.Attributes.Keys));

        // As an engine's answer begins: the file by its name alone.
        static async Task<Stream> FetchAsync(string path) =>
            await Stream([TarFile.Of(TarPath.FileName(path), content: path), TarFile.Of("not/it")]);
    }

    [Fact]
    public async Task Names_are_made_plain()
    {
        using var split = new MemoryStream();
        await Layer.SplitAsync(
            await Stream([TarFile.Of("./", TarType.Directory), TarFile.Of("./a"), TarFile.Of("./b", TarType.HardLink, "./a")]),
            split,
            ExtendedAttributes.None,
            readFile: null,
            default);
        Assert.Equal(
            [(".", ""), ("a", ""), ("b", "a")],
            (await TarFile.ReadAsync(split.ToArray())).Select(file => (file.Member.Name, file.Member.LinkName)));
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { "a path with dots", "../x" },
        { "dots in the middle", "a/../../x" },
        { "dots at the end", "a/.." },
        { "an absolute path", "/etc/passwd" },
        { "an empty part", "a//b" },
        { "through a link", "L:a a/x" },
        { "through a link deeper down", "L:a/b a/b/c/d/x" },
        { "through another name of a link", "L:a H:b>a b/x" },
        { "a hard link out", "H:b>../x" },
        { "a hard link to an absolute path", "H:b>/etc/passwd" },
        { "a hard link through a link", "L:a H:b>a/x" },
        { "a whiteout", "a/.wh.b" },
        { "a directory with a whiteout's name", "D:a/.wh.b" },
        { "an opaque whiteout", "a/.wh..wh..opq" },
        { "a path that no kernel takes", string.Join('/', Enumerable.Repeat("a", 3000)) },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Changed_files_that_lead_out_or_remove_something_are_refused(string what, string members)
    {
        var files = members.Split(' ').Select(text => text[..Math.Min(2, text.Length)] switch
        {
            "L:" => TarFile.Of(text[2..], TarType.SymbolicLink, "/etc"),
            "D:" => TarFile.Of(text[2..], TarType.Directory),
            "H:" => TarFile.Of(text[2..].Split('>')[0], TarType.HardLink, text.Split('>')[1]),
            _ => TarFile.Of(text),
        });
        var error = await Record.ExceptionAsync(
            async () => await Layer.JoinAsync(await Stream(files), FileSystemChanges.None, new MemoryStream(), default));
        Assert.True(error is InvalidDataException, $"{what}: {error}");
    }

    [Fact]
    public async Task A_link_that_was_replaced_is_none_any_more()
    {
        var joined = new MemoryStream();
        var files = await Stream([TarFile.Of("a", TarType.SymbolicLink, "/etc"), TarFile.Of("a", TarType.Directory), TarFile.Of("a/x")]);
        await Layer.JoinAsync(files, FileSystemChanges.None, joined, default);
        Assert.Equal(["a", "a", "a/x"], (await TarFile.ReadAsync(joined.ToArray())).Select(file => file.Member.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("/")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("/etc/passwd")]
    [InlineData("a/.wh..opq")]
    [InlineData("a\0b")]
    public async Task Lists_that_lead_out_or_hold_marks_are_refused(string path)
    {
        await RefuseAsync(new FileSystemChanges([path], []));
        if (path is not ("" or "." or "/") && !path.Contains(".wh.", StringComparison.Ordinal))
        {
            await RefuseAsync(new FileSystemChanges([], [path]));
        }

        static async Task RefuseAsync(FileSystemChanges changes) =>
            await Assert.ThrowsAsync<InvalidDataException>(
                async () => await Layer.JoinAsync(await Stream([]), changes, new MemoryStream(), default));
    }

    private static async Task<MemoryStream> Stream(IEnumerable<TarFile> files) => new(await TarFile.WriteAsync(files));
}
