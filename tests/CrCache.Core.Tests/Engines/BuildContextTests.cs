using System.Formats.Tar;
using System.Net.Sockets;
using CrCache.Diagnostics;
using CrCache.Engines.Docker;

namespace CrCache.Core.Tests.Engines;

public sealed class BuildContextTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache test ").FullName;

    public BuildContextTests() => Write("Dockerfile", "FROM scratch");

    private string Dockerfile => Path.Combine(_folder, "Dockerfile");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Files_and_folders_are_sent_also_empty_and_hidden_ones()
    {
        Write("a/b.txt", "b");
        Write(".hidden", "");
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));
        Assert.Equal([".hidden", "Dockerfile", "a/", "a/b.txt", "empty/"], await NamesAsync());
    }

    [Fact]
    public async Task What_is_ignored_is_left_out_and_what_an_exception_names_in_it_is_not()
    {
        Write(".dockerignore", "**\n!keep/*.txt\n");
        Write("keep/a.txt", "");
        Write("keep/a.log", "");
        Write("other/a.txt", "");
        Assert.Equal([".dockerignore", "Dockerfile", "keep/a.txt"], await NamesAsync());
    }

    [Fact]
    public async Task Links_are_sent_as_links_so_a_circle_of_them_ends()
    {
        Write("a/b.txt", "b");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "a", "circle"), "..");
        File.CreateSymbolicLink(Path.Combine(_folder, "broken"), "nowhere");
        var entries = await ReadAsync();
        Assert.Equal(["Dockerfile", "a/", "a/b.txt", "a/circle", "broken"], entries.Select(entry => entry.Name));
        Assert.Equal(("..", TarEntryType.SymbolicLink), (entries[3].LinkName, entries[3].EntryType));
    }

    [Fact]
    public async Task A_socket_is_left_out()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, "a.sock")));
        Assert.Equal(["Dockerfile"], await NamesAsync());
    }

    [Fact]
    public async Task The_context_is_in_no_file_that_others_could_read()
    {
        Write("secret.txt", new string('x', 4 << 20));
        await using var context = BuildContext.Open(Dockerfile, default);
        await context.ReadExactlyAsync(new byte[10]);
        const string OpenFiles = "/proc/self/fd";
        if (Directory.Exists(OpenFiles))
        {
            var temporary = Path.TrimEndingDirectorySeparator(Path.GetTempPath());
            var open = Directory.EnumerateFileSystemEntries(OpenFiles).Select(TargetOf);
            Assert.DoesNotContain(open, file => Path.GetDirectoryName(file) == temporary && Path.GetExtension(file) == ".tar");
        }
    }

    // Other tests close theirs meanwhile.
    private static string TargetOf(string file)
    {
        try
        {
            return File.ResolveLinkTarget(file, false)?.FullName ?? "";
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }

    [Fact]
    public void A_malformed_pattern_is_an_error_of_the_build()
    {
        Write(".dockerignore", "[\n");
        var error = Assert.Throws<CrCacheException>(() => BuildContext.Open(Dockerfile, default));
        Assert.Equal(ErrorCodes.ImageNotBuilt, error.Code);
        Assert.Contains(".dockerignore", error.Message, StringComparison.Ordinal);
    }

    private async Task<List<TarEntry>> ReadAsync()
    {
        var entries = new List<TarEntry>();
        await using var context = BuildContext.Open(Dockerfile, default);
        using var tar = new MemoryStream();
        await context.CopyToAsync(tar).WaitAsync(TimeSpan.FromMinutes(1));
        tar.Position = 0;
        await using var reader = new TarReader(tar);
        while (await reader.GetNextEntryAsync(copyData: true) is { } entry)
        {
            entries.Add(entry);
        }

        return entries;
    }

    private async Task<IEnumerable<string>> NamesAsync() => (await ReadAsync()).Select(entry => entry.Name);

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
