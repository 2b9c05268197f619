using System.Globalization;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Presets;

namespace CrCache.Checkpoints;

/// <summary>Makes a spec of an item: preset, overridden by metadata, with the image found or pulled.</summary>
public sealed class SpecResolver(IEngine engine)
{
    private const int DefaultTimeoutSeconds = 120;

    // Each metadata name and what it does; anything else is a typo.
    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Preset"] = "the preset's name, where it differs from the item's",
        ["Image"] = "another image for the preset",
        ["Environment"] = "NAME=VALUE;NAME=VALUE",
        ["Hostname"] = "the container's host name",
        ["ConnectionString"] = "a template with {host} and {port}",
        ["Timeout"] = "seconds that a normal start may take",
        ["Mode"] = "auto, memory or cold",
    };

    /// <summary>Resolves an item.</summary>
    /// <param name="item">What the user wrote.</param>
    /// <param name="progress">Told when an image is pulled.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="CrCacheException">Something in it is wrong (2xxx), or the image is not to be had (CRC1004).</exception>
    public async Task<CheckpointSpec> ResolveAsync(CheckpointItem item, IProgress<string> progress, CancellationToken cancellationToken)
    {
        return await ResolveAgainAsync(Merge(item), progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks up the image of a spec on this engine, where the spec may come from another one.</summary>
    /// <exception cref="CrCacheException">The image is not to be had (CRC1004).</exception>
    public async Task<CheckpointSpec> ResolveAgainAsync(CheckpointSpec draft, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var image = await engine.FindImageAsync(draft.Image, cancellationToken).ConfigureAwait(false);
        if (image is null)
        {
            progress.Report($"pulling {draft.Image}");
            await engine.PullImageAsync(draft.Image, progress, cancellationToken).ConfigureAwait(false);
            image = await engine.FindImageAsync(draft.Image, cancellationToken).ConfigureAwait(false)
                ?? throw new CrCacheException(ErrorCodes.ImageNotFound, $"{draft.Name}: the image '{draft.Image}' was pulled but is not on the engine.");
        }

        return draft with { ImageId = image.Id, Platform = image.Platform, Volumes = image.Volumes };
    }

    /// <summary>Preset and metadata put together; nothing is asked of the engine.</summary>
    internal static CheckpointSpec Merge(CheckpointItem item)
    {
        foreach (var name in item.Metadata.Keys)
        {
            if (!Known.ContainsKey(name))
            {
                throw new CrCacheException(
                    ErrorCodes.UnknownMetadata,
                    $"{item.Name}: the metadata '{name}' is not known. Known are: {string.Join(", ", Known.Keys)}.");
            }
        }

        var metadata = new Dictionary<string, string>(item.Metadata, StringComparer.OrdinalIgnoreCase);
        var presetName = metadata.GetValueOrDefault("Preset", item.Name);
        var preset = PresetCatalog.Find(presetName)
            ?? throw new CrCacheException(
                ErrorCodes.UnknownPreset,
                $"{item.Name}: there is no preset '{presetName}'. There are: {string.Join(", ", PresetCatalog.Names)}. For another name write <ContainerCheckpoint Include=\"{item.Name}\" Preset=\"{PresetCatalog.Names[0]}\" />.");

        return new CheckpointSpec
        {
            Name = item.Name,
            Image = metadata.GetValueOrDefault("Image", preset.Image),
            ImageId = "",
            Platform = "",
            Volumes = [],
            Hostname = metadata.GetValueOrDefault("Hostname", preset.Hostname ?? presetName),
            Ports = preset.Ports,
            Environment = Environment(item.Name, preset, metadata.GetValueOrDefault("Environment")),
            Command = preset.Command,
            Ready = preset.Ready,
            Answer = preset.Answer,
            ConnectionString = metadata.GetValueOrDefault("ConnectionString", preset.ConnectionString ?? ""),
            Mode = Mode(item.Name, metadata.GetValueOrDefault("Mode")),
            TimeoutSeconds = Timeout(item.Name, metadata.GetValueOrDefault("Timeout")),
        };
    }

    private static SortedDictionary<string, string> Environment(string item, Preset preset, string? text)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in preset.Environment)
        {
            variables[name] = value;
        }

        foreach (var entry in (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw Bad(item, "Environment", entry, "NAME=VALUE;NAME=VALUE");
            }

            variables[entry[..equals]] = entry[(equals + 1)..];
        }

        return variables;
    }

    private static RestoreMode Mode(string item, string? text) => text switch
    {
        null or "" => RestoreMode.Auto,
        _ when Enum.TryParse<RestoreMode>(text, ignoreCase: true, out var mode) && !char.IsAsciiDigit(text[0]) => mode,
        _ => throw Bad(item, "Mode", text, "auto, memory or cold"),
    };

    private static int Timeout(string item, string? text) => text switch
    {
        null or "" => DefaultTimeoutSeconds,
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 => seconds,
        _ => throw Bad(item, "Timeout", text, "a whole number of seconds"),
    };

    private static CrCacheException Bad(string item, string name, string value, string shape) =>
        new(ErrorCodes.BadMetadata, $"{item}: {name}=\"{value}\" cannot be used; write {name}=\"{shape}\".");
}
