using System.Text.Json;
using CrCache.Presets;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Checkpoints;

/// <summary>
/// Reads what <see cref="CheckpointFile"/> writes, member by member. A test waits for it, and the serializer would have the JIT
/// compile 400 of its generic methods first: half of the time from the start of the process to the first call of the engine.
/// </summary>
internal static class CheckpointFileReader
{
    /// <exception cref="JsonException">It is not JSON, or not of a checkpoint.</exception>
    public static CheckpointFile Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        try
        {
            return File(document.RootElement);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new JsonException(e.Message, e);
        }
    }

    private static CheckpointFile File(JsonElement json) => new()
    {
        Key = Text(json, "key"),
        Spec = Spec(json.GetProperty("spec")),
        Stored = Stored(json.GetProperty("stored")),
        Result = Text(json, "result"),
        Seconds = json.GetProperty("seconds").GetDouble(),
    };

    private static CheckpointSpec Spec(JsonElement json) => new()
    {
        Name = Text(json, "name"),
        Preset = OptionalText(json, "preset"),
        Image = Text(json, "image"),
        Dockerfile = OptionalText(json, "dockerfile"),
        ImageId = Text(json, "imageId"),
        ImageDigest = Text(json, "imageDigest"),
        Platform = Text(json, "platform"),
        Volumes = Texts(json.GetProperty("volumes")),
        Hostname = Text(json, "hostname"),
        Ports = Items(json.GetProperty("ports"), port => new NamedPort(Text(port, "name"), port.GetProperty("number").GetInt32())),
        Environment = TextByName(json.GetProperty("environment")),
        Command = Optional(json, "command", Texts),
        Ready = Ready(json.GetProperty("ready")),
        Answer = Optional(json, "answer", Answer),
        Setup = Items(json.GetProperty("setup"), Setup),
        ConnectionString = OptionalText(json, "connectionString"),
        Mode = Mode(Text(json, "mode")),
        TimeoutSeconds = json.GetProperty("timeoutSeconds").GetInt32(),
    };

    private static ReadyProbe Ready(JsonElement json) => new()
    {
        Exec = Optional(json, "exec", Texts),
        Log = OptionalText(json, "log"),
        Tcp = OptionalText(json, "tcp"),
        Http = OptionalText(json, "http"),
        Health = json.TryGetProperty("health", out var health) ? health.GetBoolean() : null,
    };

    private static AnswerProbe Answer(JsonElement json) => new()
    {
        Port = Text(json, "port"),
        Send = OptionalText(json, "send"),
        Expect = Text(json, "expect"),
    };

    private static SetupStep Setup(JsonElement json) =>
        new(Text(json, "name"), Text(json, "path"), Text(json, "sha256"), Texts(json.GetProperty("command")));

    // Not Enum.Parse, which compiles as much as the serializer does.
    private static RestoreMode Mode(string name) => name switch
    {
        nameof(RestoreMode.Auto) => RestoreMode.Auto,
        nameof(RestoreMode.Memory) => RestoreMode.Memory,
        nameof(RestoreMode.Files) => RestoreMode.Files,
        nameof(RestoreMode.Cold) => RestoreMode.Cold,
        _ => throw new JsonException($"there is no mode \"{name}\""),
    };

    private static StoredCheckpoint Stored(JsonElement json) => new()
    {
        Key = Text(json, "key"),
        EngineId = Text(json, "engineId"),
        Name = OptionalText(json, "name"),
        Preset = OptionalText(json, "preset"),
        Image = OptionalText(json, "image"),
        Parts = Optional(json, "parts", parts => Items(parts, part => new KeyPart(Text(part, "name"), Text(part, "value")))),
        Created = json.GetProperty("created").GetDateTimeOffset(),
        ColdSeconds = json.GetProperty("coldSeconds").GetDouble(),
        EngineBytes = json.TryGetProperty("engineBytes", out var bytes) ? bytes.GetInt64() : 0,
        Memory = Optional(json, "memory", Memory),
        Files = Optional(json, "files", Files),
        WhyNoMemory = OptionalText(json, "whyNoMemory"),
        WhyNoFiles = OptionalText(json, "whyNoFiles"),
    };

    private static MemoryCheckpoint Memory(JsonElement json) => new()
    {
        Dump = Text(json, "dump"),
        ImageId = Text(json, "imageId"),
        ImageName = Text(json, "imageName"),
        Volumes = TextByName(json.GetProperty("volumes")),
        RestoreSeconds = json.GetProperty("restoreSeconds").GetDouble(),
    };

    private static FilesCheckpoint Files(JsonElement json) => new()
    {
        ImageId = Text(json, "imageId"),
        ImageName = Text(json, "imageName"),
        Volumes = TextByName(json.GetProperty("volumes")),
        RestoreSeconds = json.GetProperty("restoreSeconds").GetDouble(),
    };

    private static string Text(JsonElement json, string name) => Text(json.GetProperty(name));

    private static string Text(JsonElement json) => json.GetString() ?? throw new JsonException("a text is null");

    private static string? OptionalText(JsonElement json, string name) => Optional(json, name, Text);

    private static T? Optional<T>(JsonElement json, string name, Func<JsonElement, T> read)
        where T : class => json.TryGetProperty(name, out var value) ? read(value) : null;

    private static List<string> Texts(JsonElement json) => Items(json, Text);

    private static List<T> Items<T>(JsonElement json, Func<JsonElement, T> read)
        where T : class
    {
        var items = new List<T>();
        foreach (var item in json.EnumerateArray())
        {
            items.Add(read(item));
        }

        return items;
    }

    private static Dictionary<string, string> TextByName(JsonElement json)
    {
        var texts = new Dictionary<string, string>();
        foreach (var member in json.EnumerateObject())
        {
            texts.Add(member.Name, Text(member.Value));
        }

        return texts;
    }
}
