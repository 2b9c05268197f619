using System.Reflection;
using System.Text.Json;
using CrCache.Diagnostics;

namespace CrCache.Presets;

/// <summary>The presets that ship with CrCache.</summary>
public sealed class PresetCatalog
{
    private const string Folder = "presets/";
    private static readonly Assembly Home = typeof(PresetCatalog).Assembly;

    /// <summary>The names of all presets, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = Home.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .Select(name => Path.GetFileNameWithoutExtension(name[Folder.Length..]))
        .Order(StringComparer.Ordinal)
        .ToArray();

    /// <summary>The preset of that name, or null.</summary>
    /// <exception cref="CrCacheException">Its file is broken (CRC2006).</exception>
    public static Preset? Find(string name)
    {
        using var stream = Home.GetManifestResourceStream($"{Folder}{name}.json");
        if (stream is null)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(stream, CoreJson.Default.Preset);
        }
        catch (JsonException e)
        {
            throw new CrCacheException(ErrorCodes.BrokenPreset, $"The preset '{name}' cannot be read: {e.Message}", e);
        }
    }
}
