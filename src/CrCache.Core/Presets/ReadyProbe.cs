using System.Globalization;
using System.Text.RegularExpressions;

namespace CrCache.Presets;

/// <summary>How to see that a server is ready; exactly one of the members is set, and with a log also how often.</summary>
public sealed record ReadyProbe
{
    /// <summary>A command that, run in the container, exits with 0 once the server is ready.</summary>
    public IReadOnlyList<string>? Exec { get; init; }

    /// <summary>A regular expression that a line of the container's log matches once the server is ready.</summary>
    public string? Log { get; init; }

    /// <summary>Which of the lines that match is the one, from 1; null for the first.</summary>
    public int? Times { get; init; }

    /// <summary>The name of a port that accepts a connection once the server is ready.</summary>
    public string? Tcp { get; init; }

    /// <summary>A request that is answered well once the server is ready.</summary>
    public HttpProbe? Http { get; init; }

    /// <summary>True: the command of the image's HEALTHCHECK.</summary>
    public bool? Health { get; init; }

    /// <summary>True for a probe that connects through a published port: the container needs a network for it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool NeedsNetwork => Tcp is not null || Http is not null;

    /// <summary>Whether a text is a regular expression, as <see cref="Log"/> must be.</summary>
    internal static bool IsExpression(string text)
    {
        try
        {
            _ = new Regex(text);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The probe as a user writes it on an item; also what the key depends on.</summary>
    public override string ToString() => this switch
    {
        { Exec: { } command } => "exec: " + string.Join(' ', command),
        { Log: { } pattern, Times: { } times } => string.Create(CultureInfo.InvariantCulture, $"log*{times}: {pattern}"),
        { Log: { } pattern } => "log: " + pattern,
        { Tcp: { } port } => "tcp: " + port,
        { Http: { } probe } => $"http: {probe}",
        _ => "health",
    };
}
