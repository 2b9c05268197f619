using System.Text.Json;

namespace CrCache.Chaos;

/// <summary>An item as a build writes it: a Redis in which the key <c>seed</c> has a value of this item's own.</summary>
internal sealed record RedisItem(string Folder, string Value)
{
    public string File => Path.Combine(Folder, "redis.item.json");

    public string Checkpoint => Path.Combine(Folder, "redis.checkpoint");

    /// <summary>Writes one whose checkpoint nobody has made yet, or the same at another place.</summary>
    public static RedisItem Write(string folder, string value)
    {
        var item = new RedisItem(Directory.CreateDirectory(folder).FullName, value);
        System.IO.File.WriteAllText(Path.Combine(folder, "seed.redis"), $"SET seed {value}\n");
        var content = new { name = "redis", directory = folder, metadata = new { Setup = "seed.redis" } };
        System.IO.File.WriteAllText(item.File, JsonSerializer.Serialize(content));
        return item;
    }
}
