using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CrCache.Bench.Servers;

/// <summary>What the benchmarks need of a preset (src/CrCache.Core/Presets).</summary>
internal sealed partial record PresetFile
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    public required string Image { get; init; }

    public string? Hostname { get; init; }

    public required Dictionary<string, int> Ports { get; init; }

    public Dictionary<string, string> Environment { get; init; } = [];

    public IReadOnlyList<AccountPart> Accounts { get; init; } = [];

    public IReadOnlyList<string>? Command { get; init; }

    public required ReadyPart Ready { get; init; }

    public required AnswerPart Answer { get; init; }

    /// <summary>What runs a set-up file in the container, by its extension.</summary>
    public Dictionary<string, IReadOnlyList<string>> Setup { get; init; } = [];

    public required string ConnectionString { get; init; }

    /// <summary>The container's port that clients use.</summary>
    public int Port => Ports.Values.First();

    /// <summary>Reads a preset.</summary>
    public static PresetFile Read(string name)
    {
        using var stream = File.OpenRead(Path.Combine(Repository.Root, "src", "CrCache.Core", "Presets", $"{name}.json"));
        return JsonSerializer.Deserialize<PresetFile>(stream, Format)!;
    }

    /// <summary>The connection string of a server on a port of this machine; its last account is the one that is always there.</summary>
    public string ConnectTo(int port) => Fill(
        Accounts is [.., var account]
            ? ConnectionString.Replace("{user}", account.User, StringComparison.Ordinal)
                .Replace("{password}", account.Password, StringComparison.Ordinal)
            : ConnectionString,
        port);

    private string Fill(string template, int port) => Placeholder().Replace(template, match => match.Groups[1].Value switch
    {
        "host" => "127.0.0.1",
        "port" => port.ToString(CultureInfo.InvariantCulture),
        var variable => Write(template, Environment[variable["env:".Length..]]),
    });

    // What the presets' own values need: the virtual host of RabbitMQ is a slash.
    private static string Write(string template, string value) =>
        template.Contains("://", StringComparison.Ordinal) ? Uri.EscapeDataString(value) : value;

    [GeneratedRegex(@"\{(host|port|env:\w+)\}")]
    private static partial Regex Placeholder();

    /// <summary>A user of the server: a text each, or a variable.</summary>
    internal sealed record AccountPart(string User, string Password);

    /// <summary>A command that succeeds in the container as soon as the server is ready; not every preset has one.</summary>
    internal sealed record ReadyPart(IReadOnlyList<string>? Exec);

    /// <summary>
    /// A short talk that only the server itself can answer: what to send, and what its answer looks like, both in Latin-1.
    /// </summary>
    internal sealed record AnswerPart(string? Send, string Expect);
}
