using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CrCache.Archives;
using CrCache.Runtimes;
using CrCache.Tar;

namespace CrCache.Making;

/// <summary>
/// The members by which Podman, CRI-O and checkpointctl know a container again: <c>config.dump</c>, <c>spec.dump</c>,
/// <c>stats-dump</c>.
/// </summary>
internal static class PodmanMembers
{
    // Picks the reader in those tools.
    private const string ManagerAnnotation = "io.container.manager";
    private const string Manager = "libpod";

    // crcache-runc's names in a dump's directory for what is not CRIU's.
    private const string Attributes = "crcache-attributes";

    /// <summary>Reads the extended attributes of files that were changed before the dump; none where nobody could list them.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, byte[]>>> ReadAttributesAsync(
        WorkArea area, CancellationToken cancellationToken)
    {
        var file = Path.Combine(area.Archive, ArchiveLayout.Dump, Attributes);
        return File.Exists(file)
            ? ExtendedAttributes.Read(await File.ReadAllLinesAsync(file, Encoding.Latin1, cancellationToken).ConfigureAwait(false))
            : ExtendedAttributes.None;
    }

    /// <summary>Writes them, of what crcache-runc has put beside the dump.</summary>
    public static async Task WriteAsync(ArchiveRecord record, string id, WorkArea area, CancellationToken cancellationToken)
    {
        var time = record.Created.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        var config = new JsonObject
        {
            ["id"] = id,
            ["name"] = record.Spec.Name,
            ["rootfsImage"] = record.Spec.ImageId,
            ["rootfsImageRef"] = record.Spec.ImageId,
            ["rootfsImageName"] = record.Spec.Image,
            ["runtime"] = CrCacheRuntime.Name,
            ["createdTime"] = time,
            ["checkpointedTime"] = time,
            ["restored"] = false,
        };
        await File.WriteAllTextAsync(area.Member(ArchiveLayout.Config), config.ToJsonString(), cancellationToken).ConfigureAwait(false);

        var dump = area.Member(ArchiveLayout.Dump);
        var source = Path.Combine(dump, ArchiveLayout.Spec);
        var spec = File.Exists(source)
            ? JsonNode.Parse(await File.ReadAllTextAsync(source, cancellationToken).ConfigureAwait(false))!.AsObject()
            : [];
        var annotations = spec["annotations"] as JsonObject ?? [];
        annotations[ManagerAnnotation] = Manager;
        spec["annotations"] = annotations.DeepClone();
        await File.WriteAllTextAsync(area.Member(ArchiveLayout.Spec), spec.ToJsonString(), cancellationToken).ConfigureAwait(false);
        File.Delete(source);
        File.Delete(Path.Combine(dump, Attributes));

        var statistics = Path.Combine(dump, ArchiveLayout.Statistics);
        if (File.Exists(statistics))
        {
            File.Move(statistics, area.Member(ArchiveLayout.Statistics));
        }
    }
}
