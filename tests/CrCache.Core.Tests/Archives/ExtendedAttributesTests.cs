using System.Text;
using CrCache.Tar;

namespace CrCache.Core.Tests.Archives;

public sealed class ExtendedAttributesTests : IDisposable
{
    // As crcache-runc calls it.
    private const string List =
        "getfattr --recursive --physical --no-dereference --dump --encoding=hex --match=^(user\\.|security\\.|system\\.posix_acl_) .";

    private readonly string _folder = Directory.CreateTempSubdirectory("crcache attributes ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.Linux, "getfattr", "setfattr")]
    public void What_getfattr_lists_is_read()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a"));
        var names = new[] { "a/file", "plain", "a name = 0x1", "back\\slash\\101", "é", "line\nfeed" };
        foreach (var name in names)
        {
            File.WriteAllText(Path.Combine(_folder, name), "");
            Programs.Run(_folder, "setfattr", "--name=user.binary", "--value=0x00ff0a3d0d22", name);
        }

        Programs.Run(_folder, "setfattr", "--name=user.empty", "plain");
        Programs.Run(_folder, "setfattr", "--name=user.back\\slash name", "--value=text", "plain");
        Programs.Run(_folder, "setfattr", "--name=user.a=0xb", "--value=text", "plain");
        Programs.Run(_folder, "setfattr", "--name=user.of a directory", "--value=0x01", "a");
        var files = Read();
        Assert.Equal(names.Append("a").Select(TarPath.FromText).Order(StringComparer.Ordinal), files.Keys.Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Equal([0, 0xff, 0x0a, 0x3d, 0x0d, 0x22], files[TarPath.FromText(name)]["user.binary"]));

        // The one with an equals sign has no place in a layer.
        Assert.Equal(["user.back\\slash name", "user.binary", "user.empty"], files["plain"].Keys);
        Assert.Empty(files["plain"]["user.empty"]);
        Assert.Equal("text"u8.ToArray(), files["plain"]["user.back\\slash name"]);
    }

    [Fact]
    public void Labels_of_this_machine_are_left_out_and_files_without_others()
    {
        var files = ExtendedAttributes.Read(
            ["# file: ./a", "security.selinux=0x00", "", "# file: b/c", "security.capability=0x01ff", "security.selinux=0x00", ""]);
        var (path, attributes) = Assert.Single(files);
        Assert.Equal("b/c", path);
        Assert.Equal([1, 255], Assert.Single(attributes).Value);
        Assert.Empty(ExtendedAttributes.Read([]));
    }

    private IReadOnlyDictionary<string, IReadOnlyDictionary<string, byte[]>> Read()
    {
        var words = List.Split(' ');
        var output = Programs.Run(_folder, words[0], words[1..]);
        File.WriteAllText(Path.Combine(_folder, "list"), output, Encoding.Latin1);
        return ExtendedAttributes.Read(File.ReadAllLines(Path.Combine(_folder, "list"), Encoding.Latin1));
    }
}
