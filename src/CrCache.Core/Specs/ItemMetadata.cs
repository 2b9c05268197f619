using System.Globalization;
using CrCache.Diagnostics;
using CrCache.Presets;
using CrCache.Shared;

namespace CrCache.Specs;

/// <summary>An item's metadata, read and checked: each name, what it may hold, and what is said when it does not.</summary>
internal sealed class ItemMetadata
{
    /// <summary>The names that there are. Anything else is a typo.</summary>
    public static readonly string[] Known =
    [
        "Preset", "Image", "Dockerfile", "Ports", "Environment", "Command",
        "Hostname", "Ready", "Setup", "Files", "Verify", "ConnectionString", "Timeout", "Mode", "MaxAge",
    ];

    private readonly string _item;
    private readonly Dictionary<string, string> _values;

    public ItemMetadata(CheckpointItem item)
    {
        _item = item.Name;
        _values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in item.Metadata)
        {
            if (!Known.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw new CrCacheException(
                    ErrorCodes.UnknownMetadata, $"{_item}: the metadata '{name}' is not known. Known are: {string.Join(", ", Known)}.");
            }

            if (value.Trim().Length > 0)
            {
                _values[name] = value.Trim();
            }
        }

        if (_values.ContainsKey("Image") && _values.ContainsKey("Dockerfile"))
        {
            throw new CrCacheException(ErrorCodes.BadMetadata, $"{_item}: Image and Dockerfile exclude each other; leave one of them out.");
        }
    }

    public string? Preset => Text("Preset");

    public string? Image => Text("Image");

    public string? Dockerfile => Text("Dockerfile");

    public string? Hostname => Text("Hostname");

    public string? Setup => Text("Setup");

    public string? Files => Text("Files");

    public string? ConnectionString => Text("ConnectionString");

    public int? TimeoutSeconds => Text("Timeout") switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 => seconds,
        var text => throw Bad("Timeout", text, "a whole number of seconds"),
    };

    public TimeSpan? MaxAge => Text("MaxAge") switch
    {
        null => null,
        var text when Age.Parse(text) is { } age && age > TimeSpan.Zero => age,
        var text => throw Bad("MaxAge", text, Age.Shape),
    };

    public Rung Mode => Text("Mode") switch
    {
        null => Rung.Auto,
        var text when !char.IsAsciiDigit(text[0]) && Enum.TryParse<Rung>(text, ignoreCase: true, out var mode) => mode,
        var text => throw Bad("Mode", text, "auto, memory, files or cold"),
    };

    /// <summary><c>5432</c>, or several with names: <c>amqp=5672;management=15672</c>.</summary>
    public IReadOnlyList<NamedPort>? Ports()
    {
        if (Text("Ports") is not { } text)
        {
            return null;
        }

        const string Shape = "5432 or amqp=5672;management=15672";
        var ports = new List<NamedPort>();
        foreach (var entry in Entries(text))
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            var name = equals > 0 ? entry[..equals].Trim() : ports.Count == 0 ? "tcp" : entry;
            if (!int.TryParse(entry.AsSpan(equals + 1), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var number)
                || number is < 1 or > 65535
                || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
                || ports.Exists(port => IsSameVariable(port.Name, name)))
            {
                throw Bad("Ports", text, Shape);
            }

            ports.Add(new NamedPort(name, number));
        }

        return ports;
    }

    /// <summary><c>NAME=VALUE;NAME=VALUE</c>, or one a line, where values may hold semicolons.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment()
    {
        foreach (var entry in Entries(Text("Environment") ?? ""))
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            yield return equals > 0
                ? new(entry[..equals], entry[(equals + 1)..])
                : throw Bad("Environment", entry, "NAME=VALUE;NAME=VALUE");
        }
    }

    /// <summary>Words, as a shell splits them (<see cref="ShellWords"/>).</summary>
    public IReadOnlyList<string>? Command() => Text("Command") is { } text ? Words("Command", text) : null;

    /// <summary>
    /// <c>exec: command</c>, <c>log: regular expression</c>, <c>log*2: regular expression</c>, <c>tcp: port</c>,
    /// <c>http: port/path</c> or <c>health</c>.
    /// </summary>
    public ReadyProbe? Ready()
    {
        if (Text("Ready") is not { } text)
        {
            return null;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = (colon < 0 ? text : text[..colon]).Trim().ToLowerInvariant();
        var value = colon < 0 ? "" : text[(colon + 1)..].Trim();
        var times = kind.StartsWith("log*", StringComparison.Ordinal)
            && int.TryParse(kind.AsSpan("log*".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0 ? number : (int?)null;
        return (times is null ? kind : "log", value) switch
        {
            ("exec", { Length: > 0 }) => new ReadyProbe { Exec = Words("Ready", value) },
            ("log", { Length: > 0 }) when ReadyProbe.IsExpression(value) => new ReadyProbe { Log = value, Times = times },
            ("tcp", _) => new ReadyProbe { Tcp = value },
            ("http", _) => new ReadyProbe { Http = HttpProbe.Parse(value) },
            ("health", "") => new ReadyProbe { Health = true },
            _ => throw Bad(
                "Ready", text, "exec: command, log: regular expression, log*2: regular expression, tcp: port, http: port/path or health"),
        };
    }

    /// <summary><c>exec: command</c>.</summary>
    public IReadOnlyList<string>? Verify()
    {
        const string Exec = "exec:";
        return Text("Verify") is not { } text ? null
            : text.StartsWith(Exec, StringComparison.OrdinalIgnoreCase) && text[Exec.Length..].Trim() is { Length: > 0 } command
                ? Words("Verify", command)
                : throw Bad("Verify", text, "exec: command");
    }

    // Variables' names have '_' for what a shell does not allow in them, and are in capitals.
    private static bool IsSameVariable(string one, string other) =>
        ItemName.InVariable(one).Equals(ItemName.InVariable(other), StringComparison.OrdinalIgnoreCase);

    // One a line where there are lines: then semicolons belong to the values.
    private static string[] Entries(string text)
    {
        var separator = text.Contains('\n', StringComparison.Ordinal) ? '\n' : ';';
        return text.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private string? Text(string name) => _values.GetValueOrDefault(name);

    private IReadOnlyList<string> Words(string name, string text) =>
        ShellWords.Split(text) ?? throw Bad(name, text, "words with every quote closed");

    private CrCacheException Bad(string name, string value, string shape) =>
        new(ErrorCodes.BadMetadata, $"{_item}: {name}=\"{value}\" cannot be used; write {name}=\"{shape}\".");
}
