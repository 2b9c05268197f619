using CrCache.Archives;
using CrCache.Engines;
using CrCache.Keys;
using CrCache.Specs;

namespace CrCache.Cli.Commands;

/// <summary>A checkpoint of another key that was made for an item of the same name.</summary>
internal sealed record OlderCheckpoint(string Key, DateTimeOffset Created, IReadOnlyList<KeyPart> Parts)
{
    /// <summary>The newest one: on this engine, or made somewhere, with its archive in the store; or null.</summary>
    public static async Task<OlderCheckpoint?> FindAsync(
        CommandContext context, IEngine engine, CheckpointSpec spec, CancellationToken cancellationToken)
    {
        var (key, info) = (CheckpointKey.Of(spec), await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false));
        var installed = context.Store.List()
            .Where(other => other.EngineId == info.Id && other.Name == spec.Name && other.Key != key)
            .Where(other => other is { Parts: not null, IsStep: false })
            .Select(other => new OlderCheckpoint(other.Key, other.Created, other.Parts!))
            .FirstOrDefault();
        var archives = await context.Archives.ListAsync(cancellationToken).ConfigureAwait(false);
        var archive = archives.Where(other => other.Entry?.Name == spec.Name && other.Key != key).MaxBy(other => other.Entry!.Created);
        return archive is not null
            && !(installed?.Created >= archive.Entry!.Created)
            && await UserArchives.ReadRecordAsync(context.Archives, archive.Key, cancellationToken).ConfigureAwait(false) is { } record
            ? new OlderCheckpoint(record.Key, record.Created, ShownParts.Of(record.Spec))
            : installed;
    }
}
