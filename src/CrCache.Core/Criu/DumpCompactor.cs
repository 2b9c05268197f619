using System.Globalization;
using System.Text.RegularExpressions;

namespace CrCache.Criu;

/// <summary>
/// Takes the pages out of a dump that are all zero and would be zero without being stored: in private anonymous memory, and in
/// shared memory, which CRIU always makes anew (anonymous, memfd and System V alike). Of the others it has the kernel get those
/// that lie side by side by the run (<see cref="PopulatedMemory"/>). What else is in the dump stays as it is, byte for byte.
/// </summary>
/// <remarks>
/// Even a single page is worth it. To store one costs a page fault and a copy at each restore; the entry more that a gap makes
/// is one more place in a list of up to 1024 that CRIU reads with one call. Of a dump of MySQL 29,640 of 43,382 pages go, and 559
/// entries become 1249; to keep gaps of fewer than 8 pages would save 776 entries and store 1291 pages more.
/// </remarks>
internal static partial class DumpCompactor
{
    private const int VersionField = 1; // inventory_entry in CRIU's images/inventory.proto
    private const int PreDumpField = 9;
    private const uint Version = 2;

    private static readonly IReadOnlyList<AddressRange> Everywhere = [new AddressRange(0, ulong.MaxValue)];

    /// <summary>Compacts a dump where it is. It must not be restored meanwhile, and no other dump may have it as its parent.</summary>
    /// <param name="directory">The directory of CRIU's images.</param>
    /// <param name="cancellationToken">Ends it; the dump is then as it was.</param>
    /// <returns>What was done; also where the dump is of a kind that is not understood, which is then left as it was.</returns>
    /// <exception cref="InvalidDataException">The files are not what CRIU writes; they are as they were.</exception>
    /// <exception cref="IOException">
    /// The files cannot be read or written; each pair of pagemap and pages is the old or the new one.
    /// </exception>
    public static CompactionResult Compact(string directory, CancellationToken cancellationToken)
    {
        foreach (var leftover in Directory.EnumerateFiles(directory, UnfinishedFile.Prefix + "*"))
        {
            File.Delete(leftover);
        }

        var before = Size(directory);
        var rewrites = new List<PagemapRewrite>();
        var populated = new List<PopulatedMemory>();
        try
        {
            WriteAll(directory, rewrites, populated, cancellationToken);

            // In any order: what is populated is only a matter of time.
            populated.ForEach(memory => memory.Commit());
            foreach (var rewrite in rewrites)
            {
                if (rewrite.DroppedPages > 0)
                {
                    rewrite.Commit();
                }

                rewrite.Dispose();
            }

            return new CompactionResult
            {
                Pages = rewrites.Sum(rewrite => rewrite.Pages),
                DroppedPages = rewrites.Sum(rewrite => rewrite.DroppedPages),
                BytesBefore = before,
                BytesAfter = Size(directory),
            };
        }
        catch (NotUnderstoodException e)
        {
            return new CompactionResult
            {
                Pages = 0,
                DroppedPages = 0,
                BytesBefore = before,
                BytesAfter = before,
                WhyUnchanged = e.Message,
            };
        }
        finally
        {
            rewrites.ForEach(rewrite => rewrite.Dispose());
            populated.ForEach(memory => memory.Dispose());
        }
    }

    private static void WriteAll(
        string directory, List<PagemapRewrite> rewrites, List<PopulatedMemory> populated, CancellationToken cancellationToken)
    {
        var names = Directory.EnumerateFileSystemEntries(directory)
            .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray();
        if (names.Contains("parent"))
        {
            throw new NotUnderstoodException("the dump is incremental: some of its pages are in its parent");
        }

        if (About(DumpFiles.Inventory, ReadVersion) is var version && version != Version)
        {
            throw new NotUnderstoodException($"the images are of version {version}, not {Version}");
        }

        var processes = names.Select(name => PagemapName().Match(name).Groups["process"]).Where(process => process.Success)
            .ToDictionary(process => process.Value, process => About($"mm-{process}.img", ProcessMemory.Read));
        var shared = processes.Values.SelectMany(memory => memory.Areas).CountBy(area => area.Range)
            .Where(area => area.Value > 1).Select(area => area.Key).ToHashSet();

        ulong newId = names.Select(PagesId).DefaultIfEmpty().Max();
        foreach (var name in names)
        {
            if (PagemapName().Match(name) is not { Success: true } match)
            {
                continue;
            }

            var memory = match.Groups["process"] is { Success: true } process ? processes[process.Value] : null;
            var droppable = memory is null
                ? Everywhere
                : memory.Areas.Where(area => area.IsZeroWithoutPages).Select(area => area.Range).ToArray();
            newId = newId < uint.MaxValue ? newId + 1 : throw new NotUnderstoodException("there is no number left for a file of pages");
            var rewrite = About(name, path => PagemapRewrite.Write(path, (uint)newId, droppable, cancellationToken));
            rewrites.Add(rewrite);
            if (rewrites.Count(other => other.PagesId == rewrite.PagesId) > 1)
            {
                throw new NotUnderstoodException($"two pagemaps have their pages in {PagemapRewrite.PagesName(rewrite.PagesId)}");
            }

            if (memory is not null && PopulatedMemory.Write(memory, rewrite.Kept, shared) is { } written)
            {
                populated.Add(written);
            }
        }

        T About<T>(string name, Func<string, T> read)
        {
            try
            {
                return read(Path.Combine(directory, name));
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"{name}: {e.Message}", e);
            }
            catch (NotUnderstoodException e)
            {
                throw new NotUnderstoodException($"{name}: {e.Message}");
            }
        }
    }

    private static uint ReadVersion(string path)
    {
        using var image = new ImageReader(path, ImageMagic.Inventory);
        var inventory = new MessageReader(
            image.TryRead(out var record) ? record : throw new InvalidDataException("there is no record in it"));
        uint? version = null;
        while (inventory.Next())
        {
            switch (inventory.Field)
            {
                case VersionField:
                    version = inventory.UInt32;
                    break;
                case PreDumpField:
                    throw new NotUnderstoodException("the dump is the first part of an incremental one, which needs all of its pages");
            }
        }

        return version ?? throw new InvalidDataException("it does not say its version");
    }

    private static uint PagesId(string name) =>
        PagesFileName().Match(name) is { Success: true } match
        && uint.TryParse(match.Groups["id"].ValueSpan, CultureInfo.InvariantCulture, out var id)
            ? id
            : 0;

    private static long Size(string directory) => new DirectoryInfo(directory).EnumerateFiles().Sum(file => file.Length);

    [GeneratedRegex(@"^pagemap-(shmem-[0-9]+|(?<process>[0-9]+))\.img$")]
    private static partial Regex PagemapName();

    [GeneratedRegex(@"^pages-(?<id>[0-9]+)\.img$")]
    private static partial Regex PagesFileName();
}
