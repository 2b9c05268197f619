using System.CommandLine;
using CrCache.Cli.Commands;

namespace CrCache.Cli.Tests.Commands;

/// <summary>What a command line says of its items.</summary>
[Collection(ConsoleGroup.Name)]
public sealed class ItemArgumentsTests
{
    [Fact]
    public async Task An_option_belongs_to_the_name_before_it()
    {
        var items = await ReadAsync(
            "--registry", "host/team", "db", "--preset", "mysql", "--setup", "a.sql", "--setup=b/*.sql", "--connection-string", "{host}",
            "--json", "redis:2", "--engine", "unix:///x", "--env", "A=1", "--json=true", "cache", "--", "--setup", "of the command");
        Assert.Equal(["db", "redis", "cache"], items.Select(item => item.Name));
        Assert.Equal([("ConnectionString", "{host}"), ("Preset", "mysql"), ("Setup", "a.sql;b/*.sql")], Of(items[0]));
        Assert.Equal(["redis-1", "redis-2"], items[1].CopyNames);
        Assert.Equal(["cache"], items[2].CopyNames);
        Assert.Empty(items[2].Metadata);
    }

    // One a line: a semicolon separates variables otherwise, and a list of one line would be split at it.
    [Theory]
    [InlineData("A=1;2\nA=1;2", "A=1;2")]
    [InlineData("A=1;2\nA=1;2\nB=", "A=1;2", "B=")]
    public async Task A_variable_may_hold_anything(string metadata, params string[] variables)
    {
        var item = Assert.Single(await ReadAsync(["db", .. variables.SelectMany(variable => new[] { "--env", variable })]));
        Assert.Equal(metadata, item.Metadata["Environment"]);
    }

    [Fact]
    public async Task An_item_file_is_an_item()
    {
        var items = await ReadAsync("--item", "/a/db.item.json", "redis", "--image", "redis:7", "--item", "/a/mq.item.json");
        Assert.Equal(["db", "redis", "mq"], items.Select(item => item.Name));
        Assert.Equal("/a/mq.item.json", items[2].File!.FullName);
        Assert.Equal([("Image", "redis:7")], Of(items[1]));
    }

    private static IEnumerable<(string Name, string Value)> Of(ItemSource item) =>
        item.Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value));

    private static async Task<IReadOnlyList<ItemSource>> ReadAsync(params string[] arguments)
    {
        var command = new Command("some") { CommonOptions.Registry, CommonOptions.Json };
        var items = new ItemArguments(command, "names", "files") { HasCopies = true };
        IReadOnlyList<ItemSource> read = [];
        var result = new RootCommand { CommonOptions.Engine, command }.Parse(["some", .. arguments]);
        Assert.Empty(result.Errors);
        var done = await CommandLine.CaptureAsync(new StringWriter(), () => items.UseAsync(result, named =>
        {
            read = named;
            return Task.FromResult(0);
        }));
        Assert.Equal((0, ""), (done.ExitCode, done.Error));
        return read;
    }
}
