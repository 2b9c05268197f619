using System.Text;
using System.Text.Json.Nodes;
using CrCache.Archives;
using CrCache.Core.Tests.Tar;

namespace CrCache.Core.Tests.Archives;

/// <summary>Archives whose record is not what it should be, or not that of what is in them.</summary>
public sealed class BrokenRecordTests : IDisposable
{
    private readonly MadeUpArchive _archive = new();

    public void Dispose() => _archive.Dispose();

    public static TheoryData<string, string> Records => new()
    {
        { "format", "3" },
        { "format", "\"1\"" },
        { "format", "1.5" },
        { "format", "null" },
        { "format", "99999999999" },
        { "format", "[1]" },
        { "key", "\"../../escaped\"" },
        { "key", "\"\"" },
        { "key", "null" },
        { "key", "1" },
        { "spec", "null" },
        { "spec", "{}" },
        { "spec", "[]" },
        { "spec.volumes", "null" },
        { "spec.volumes", "[null]" },
        { "spec.environment", "{\"A\":null}" },
        { "spec.ready", "null" },
        { "spec.setup", "[null]" },
        { "spec.mode", "\"fast\"" },
        { "spec.timeoutSeconds", "\"x\"" },
        { "unknown", "1" },
        { "created", "\"never\"" },
        { "coldSeconds", "\"NaN\"" },
        { "origin", "null" },
        { "memory.folder", "\"../\"" },
        { "memory.folder", "\"/\"" },
        { "memory.folder", "null" },
        { "memory.folder", "\"crcache/\"" },
        { "memory.replaced", "null" },
        { "memory.replaced", "[null]" },
        { "memory.volumes", "null" },
        { "memory.volumes", "{\"/data\":\"../../escaped.tar\"}" },
        { "memory.volumes", "{\"/data\":\"/etc/passwd\"}" },
        { "memory.volumes", "{\"/data\":null}" },
        { "memory.volumes", "{\"/data\":\"\"}" },
        { "memory.volumes", "{\"/data\":\"volumes/volume-9.tar\"}" },
        { "memory.volumes", "{\"/data\":\"crcache/checkpoint.json\"}" },
        { "files.volumes", "{\"/data\":\"../../config.dump\"}" },
        { "files.folder", "\"crcache/clean/../\"" },
    };

    [Theory]
    [MemberData(nameof(Records))]
    public async Task A_record_with_something_else_in_it(string path, string value)
    {
        var members = await _archive.MembersAsync();
        var root = JsonNode.Parse(members[0].Content)!;
        var node = path.Contains('.', StringComparison.Ordinal) ? root[path.Split('.')[0]]! : root;
        node[path.Split('.')[^1]] = JsonNode.Parse(value);
        members[0] = TarFile.Of(ArchiveLayout.Record, content: root.ToJsonString());
        await _archive.WriteAsync(members);
        await _archive.AssertRefusedAsync($"{path}: {value}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{\"format\":1}")]
    [InlineData("{\"\\ud800\":1,\"format\":1}")]
    [InlineData("{\"\u00ff\":1,\"format\":1}")]
    public async Task A_record_that_is_none(string json)
    {
        var members = await _archive.MembersAsync();
        members[0] = TarFile.Of(ArchiveLayout.Record, content: json);
        await _archive.WriteAsync(members);
        await _archive.AssertRefusedAsync(json);
    }

    [Fact]
    public async Task Content_that_belongs_to_another_checkpoint()
    {
        var members = await _archive.MembersAsync();
        var pages = members.FindIndex(file => file.Member.Name == "checkpoint/pages-1.img");
        members[pages] = TarFile.Of("checkpoint/pages-1.img", content: new string('x', 4096));
        await _archive.WriteTarAsync(await TarFile.WriteAsync(members));
        await _archive.AssertRefusedAsync("other pages");
        members = await _archive.MembersAsync();
        members[0] = TarFile.Of(
            ArchiveLayout.Record,
            content: Encoding.UTF8.GetString(members[0].Content)
                .Replace(MadeUpArchive.Record.Key, new string('a', 64), StringComparison.Ordinal));
        await _archive.WriteTarAsync(await TarFile.WriteAsync(members));
        await _archive.AssertRefusedAsync("another key");
    }
}
