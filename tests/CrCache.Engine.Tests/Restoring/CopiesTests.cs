using System.Globalization;
using System.Text.RegularExpressions;
using CrCache.Specs;

namespace CrCache.Engine.Tests.Restoring;

/// <summary>
/// What two copies of one memory have in common and what not: what docs/presets.md says of each server, whose words are run in both.
/// </summary>
[Collection(EngineTests.Name)]
public sealed partial class CopiesTests(EngineFixture fixture)
{
    // What runs a word of the table, where {0} stands for it.
    private static readonly Dictionary<string, (string Title, string Command)> s_servers = new()
    {
        ["redis"] = ("Redis", "redis-cli {0}"),
        ["mysql"] = ("MySQL", "MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysql -h127.0.0.1 -uroot -N -B -e 'SELECT {0}'"),
        ["mariadb"] = ("MariaDB", "MYSQL_PWD=$MARIADB_ROOT_PASSWORD mariadb -h127.0.0.1 -uroot -N -B -e 'SELECT {0}'"),
        ["postgres"] = ("PostgreSQL", "PGPASSWORD=$POSTGRES_PASSWORD psql -h127.0.0.1 -U$POSTGRES_USER -d$POSTGRES_DB -tAc 'SELECT {0}'"),
        ["rabbitmq"] = ("RabbitMQ", "rabbitmqctl eval '{0}.'"),
        ["nats"] = ("NATS", "bash -c 'exec 3<>/dev/tcp/127.0.0.1/4222; head -n 1 <&3' | grep -o '\"{0}\":[^,]*'"),
        ["etcd"] = ("etcd", "etcdctl endpoint status --write-out=json | grep -o '\"{0}\":[^,}}]*'"),
    };

    [Requires(Need.Engine)]
    [InlineData("redis")]
    [InlineData("mysql")]
    [InlineData("mariadb")]
    [InlineData("postgres")]
    [InlineData("rabbitmq")]
    [InlineData("nats")]
    [InlineData("etcd", "etcd:3")]
    public async Task What_the_document_says_is_equal_is_equal_and_what_it_says_differs_differs(string preset, string? image = null)
    {
        var (title, command) = s_servers[preset];
        var (equal, differing) = Row(title);
        await using var store = new TestStore(fixture.Engine);
        var spec = await ResolveAsync(preset, image);
        await using var one = await store.RestoreAsync(spec);
        await using var other = await store.RestoreAsync(spec);
        Assert.Equal((Rung.Memory, Rung.Memory), (one.Rung, other.Rung));
        var wrong = new List<string>();
        foreach (var word in equal.Concat(differing))
        {
            var shell = string.Format(CultureInfo.InvariantCulture, command, word);
            var (first, second) = (await one.ShellAsync(shell), await other.ShellAsync(shell));
            if (first == second != equal.Contains(word))
            {
                wrong.Add($"{word}: {first} and {second}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.NotEmpty(equal);
    }

    [Requires(Need.Engine)]
    public async Task The_time_of_a_restored_RabbitMQ_becomes_that_of_the_clock()
    {
        // Without a jump, as before Erlang 26, it goes a hundredth faster until it is right: a lag of seconds takes longer than the limit.
        await using var store = new TestStore(fixture.Engine);
        await using var copy = await store.RestoreAsync(await ResolveAsync("rabbitmq"));
        const string Lag = "erlang:abs(os:system_time(millisecond) - erlang:system_time(millisecond))";
        var lags = new List<string>();
        await Eventually.FindAsync(
            TimeSpan.FromSeconds(100),
            async () =>
            {
                lags.Add(await copy.ShellAsync($"rabbitmqctl eval '{Lag}.'"));
                return int.Parse(lags[^1], CultureInfo.InvariantCulture) < 100 ? lags : null;
            },
            () => $"It lags by {string.Join(", ", lags)} ms.");
        Assert.NotEmpty(lags);
    }

    // The words in its cells.
    private static (string[] Equal, string[] Differing) Row(string title)
    {
        var row = File.ReadLines(Path.Combine(Repository.Root, "docs", "presets.md"))
            .SkipWhile(line => !line.StartsWith("## What is equal in all copies", StringComparison.Ordinal))
            .First(line => line.StartsWith($"| {title} |", StringComparison.Ordinal))
            .Split(" | ");
        return (Words(row[1]), Words(row[2]));
    }

    private static string[] Words(string cell) => [.. Word().Matches(cell).Select(match => match.Groups["word"].Value)];

    private async Task<CheckpointSpec> ResolveAsync(string preset, string? image = null)
    {
        var metadata = new Dictionary<string, string> { ["Mode"] = "memory", ["Image"] = image ?? "" };
        var item = new CheckpointItem { Name = preset, Metadata = metadata };
        return await new SpecResolver(fixture.Engine).ResolveAsync(item, new Progress<string>(), default);
    }

    [GeneratedRegex("`(?<word>[^`]+)`")]
    private static partial Regex Word();
}
