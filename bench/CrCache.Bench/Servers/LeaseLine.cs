using System.Text.Json;

namespace CrCache.Bench.Servers;

/// <summary>One line of what <c>crcache lease</c> says (docs/protocol.md), of any checkout that this one may be compared with.</summary>
/// <param name="Event">What it is: <c>variable</c>, <c>ready</c>, <c>error</c>, or something for people.</param>
/// <param name="Name">A variable's name.</param>
/// <param name="Value">A variable's value.</param>
internal sealed record LeaseLine(string Event, string? Name = null, string? Value = null)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>Reads a line.</summary>
    public static LeaseLine Parse(string text) =>
        text.StartsWith('{') ? JsonSerializer.Deserialize<LeaseLine>(text, Format)! : ParseOld(text);

    // Commit 94ba8da and those before it wrote no JSON.
    private static LeaseLine ParseOld(string text) => text switch
    {
        "" => new LeaseLine("ready"),
        ['!', ..] => new LeaseLine("error"),
        ['#', ..] => new LeaseLine("note"),
        _ when text.Split('=', 2) is [var name, var value] => new LeaseLine("variable", name, value),
        _ => throw new InvalidOperationException($"crcache lease: {text}"),
    };
}
