using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrCache.Shared;

namespace CrCache.Tasks.Tests.Shared;

/// <summary>Our reader and our writer, held against .NET's.</summary>
public sealed class JsonTests
{
    private const int Rounds = 2000;

    // What strings are made of here: all that must be escaped, all that need not, and what looks like a line's end to somebody.
    private const string Letters = "ab \"\\/\b\f\n\r\t\u0000\u0001\u001f\u007f\u0085\u2028\u2029é日{}[]:,=#!";

    [Fact]
    public void What_is_written_is_one_line_and_is_read_as_it_was()
    {
        var random = new Random(1);
        for (var round = 0; round < Rounds; round++)
        {
            var (name, value) = (Text(random), Text(random));
            var line = JsonWriter.Object(("event", "variable"), ("name", name), ("value", value));
            Assert.DoesNotContain('\n', line);
            Assert.DoesNotContain('\r', line);
            foreach (var read in new[] { Ours(line), JsonSerializer.Deserialize<Dictionary<string, object?>>(line)! })
            {
                Assert.Equal(["event", "name", "value"], read.Keys);
                Assert.Equal((name, value), (read["name"]!.ToString(), read["value"]!.ToString()));
            }
        }
    }

    // .NET escapes other characters than we do, and may add spaces.
    [Fact]
    public void What_dotnet_writes_is_read_the_same()
    {
        var random = new Random(2);
        for (var round = 0; round < Rounds; round++)
        {
            var document = new JsonObject { ["value"] = Node(random, depth: 4) };
            var text = document.ToJsonString(new JsonSerializerOptions { WriteIndented = random.Next(2) == 0 });
            AssertSame(document, JsonReader.TryReadObject(text));
        }
    }

    // Of a text that is no JSON nothing but null may come; what is not quite JSON may be read.
    [Fact]
    public void A_damaged_text_is_read_or_it_is_not()
    {
        var random = new Random(3);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var text = new StringBuilder(new JsonObject { ["value"] = Node(random, depth: 3) }.ToJsonString());
            for (var damage = random.Next(1, 4); damage > 0 && text.Length > 0; damage--)
            {
                var at = random.Next(text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Remove(at, 1),
                    1 => text.Insert(at, Letters[random.Next(Letters.Length)]),
                    _ => text.Remove(at, text.Length - at),
                };
            }

            refused += JsonReader.TryReadObject(text.ToString()) is null ? 1 : 0;
        }

        Assert.InRange(refused, Rounds / 4, Rounds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("NAME=VALUE")]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{}}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\":nan}")]
    [InlineData("{\"a\":\"\n\"}")]
    [InlineData("{\"a\":\"\\u12\"}")]
    [InlineData("{\"a\":\"\\x\"}")]
    [InlineData("{\"a\":\"")]
    [InlineData("{\"a\":[1 2]}")]
    [InlineData("{'a':1}")]
    public void What_is_no_object_is_null(string text) => Assert.Null(JsonReader.TryReadObject(text));

    [Fact]
    public void Too_deep_a_text_is_refused_and_not_the_end_of_the_process() =>
        Assert.Null(JsonReader.TryReadObject("{\"a\":" + new string('[', 1_000_000)));

    private static Dictionary<string, object?> Ours(string line) => new(JsonReader.TryReadObject(line)!);

    private static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Letter(random)));

    private static string Letter(Random random) => random.Next(9) == 0 ? "🔑" : Letters[random.Next(Letters.Length)].ToString();

    private static JsonNode? Node(Random random, int depth) => random.Next(depth > 0 ? 7 : 5) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.Next(-1000, 1000),
        3 => random.NextDouble() * Math.Pow(10, random.Next(-20, 20)),
        4 => Text(random),
        5 => new JsonArray([.. Nodes(random, depth)]),
        _ => new JsonObject(Nodes(random, depth).Select((node, i) => KeyValuePair.Create($"{i}{Text(random)}", node))),
    };

    private static IEnumerable<JsonNode?> Nodes(Random random, int depth) =>
        Enumerable.Range(0, random.Next(4)).Select(_ => Node(random, depth - 1));

    private static void AssertSame(JsonNode? expected, object? actual)
    {
        switch (expected)
        {
            case JsonObject members:
                var read = Assert.IsType<Dictionary<string, object?>>(actual);
                Assert.Equal(members.Select(member => member.Key), read.Keys);
                Assert.All(members, member => AssertSame(member.Value, read[member.Key]));
                break;
            case JsonArray elements:
                var list = Assert.IsType<List<object?>>(actual);
                Assert.Equal(elements.Count, list.Count);
                Assert.All(elements.Zip(list), pair => AssertSame(pair.First, pair.Second));
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                Assert.Equal(value.GetValue<string>(), actual);
                break;
            default:
                Assert.Equal(expected?.ToJsonString(), actual);
                break;
        }
    }
}
