using System.Text.Json.Nodes;
using Docker.DotNet.Models;

namespace CrCache.Engines.Docker;

/// <summary>
/// What an image says of its containers, as the JSON of an image's configuration: the package reads it, and writes it for nobody.
/// </summary>
internal static class ImageConfig
{
    private const long NanosecondsPerTick = 100;

    /// <summary>Writes it, with labels added.</summary>
    public static JsonObject ToJson(DockerOCIImageConfig config, IReadOnlyDictionary<string, string> labels)
    {
        var all = new JsonObject();
        foreach (var (name, value) in (config.Labels ?? new Dictionary<string, string>()).Concat(labels))
        {
            all[name] = value;
        }

        return WithoutNulls(new JsonObject
        {
            ["User"] = config.User,
            ["ExposedPorts"] = Set(config.ExposedPorts?.Keys),
            ["Env"] = List(config.Env),
            ["Entrypoint"] = List(config.Entrypoint),
            ["Cmd"] = List(config.Cmd),
            ["Volumes"] = Set(config.Volumes?.Keys),
            ["WorkingDir"] = config.WorkingDir,
            ["Labels"] = all,
            ["StopSignal"] = config.StopSignal,
            ["ArgsEscaped"] = config.ArgsEscaped,
            ["Healthcheck"] = Healthcheck(config.Healthcheck),
            ["OnBuild"] = List(config.OnBuild),
            ["Shell"] = List(config.Shell),
        });
    }

    private static JsonObject? Healthcheck(HealthcheckConfig? check) => check is null
        ? null
        : WithoutNulls(new JsonObject
        {
            ["Test"] = List(check.Test),
            ["Interval"] = Nanoseconds(check.Interval),
            ["Timeout"] = Nanoseconds(check.Timeout),
            ["StartPeriod"] = Nanoseconds(check.StartPeriod),
            ["StartInterval"] = Nanoseconds(check.StartInterval),
            ["Retries"] = check.Retries,
        });

    private static JsonObject WithoutNulls(JsonObject json)
    {
        foreach (var name in json.Where(member => member.Value is null).Select(member => member.Key).ToArray())
        {
            json.Remove(name);
        }

        return json;
    }

    private static long? Nanoseconds(TimeSpan? time) => time?.Ticks * NanosecondsPerTick;

    private static JsonArray? List(IList<string>? values) =>
        values is null ? null : new JsonArray(values.Select(value => (JsonNode)value).ToArray());

    private static JsonObject? Set(ICollection<string>? names) =>
        names is null ? null : new JsonObject(names.Select(name => KeyValuePair.Create<string, JsonNode?>(name, new JsonObject())));
}
