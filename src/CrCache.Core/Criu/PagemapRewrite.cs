namespace CrCache.Criu;

/// <summary>
/// A pagemap and its pages written anew without the zero pages that need not be stored, beside the old files until
/// <see cref="Commit"/>. The new pages' file has another number than the old one, and the pagemap says which: so the rename
/// of the pagemap switches both at once, and a dump that is left in the middle is the old or the new one, never a mixture.
/// </summary>
internal sealed class PagemapRewrite : IDisposable
{
    private const int PagesIdField = 1; // pagemap_head in CRIU's images/pagemap.proto

    private readonly string _pagemap;
    private readonly string _oldPages;
    private readonly string _newPages;
    private readonly string _unfinishedPagemap;
    private readonly string _unfinishedPages;

    private PagemapRewrite(string pagemap, uint oldId, uint newId)
    {
        var directory = Path.GetDirectoryName(pagemap)!;
        _pagemap = pagemap;
        _oldPages = Path.Combine(directory, PagesName(oldId));
        _newPages = Path.Combine(directory, PagesName(newId));
        _unfinishedPagemap = UnfinishedFile.NameOf(pagemap);
        _unfinishedPages = UnfinishedFile.NameOf(_newPages);
        PagesId = oldId;
    }

    /// <summary>The number of the old file of pages.</summary>
    public uint PagesId { get; }

    /// <summary>How many pages are in it.</summary>
    public long Pages { get; private set; }

    /// <summary>How many of them are not in the new one.</summary>
    public long DroppedPages { get; private set; }

    /// <summary>Where the others are, in order.</summary>
    public IReadOnlyList<AddressRange> Kept { get; private set; } = [];

    /// <summary>The name of a file of pages.</summary>
    public static string PagesName(uint id) => $"pages-{id}.img";

    /// <summary>Writes the new files; the old ones are only read.</summary>
    /// <param name="pagemap">The path of the pagemap.</param>
    /// <param name="newId">A number that no file of pages has.</param>
    /// <param name="droppable">Where pages are zero without being stored, in order.</param>
    /// <param name="cancellationToken">Ends it; nothing is left.</param>
    /// <exception cref="InvalidDataException">The files are not what CRIU writes.</exception>
    /// <exception cref="NotUnderstoodException">They hold something of which it is not known what it means for the pages.</exception>
    public static PagemapRewrite Write(
        string pagemap, uint newId, IReadOnlyList<AddressRange> droppable, CancellationToken cancellationToken)
    {
        using var image = new ImageReader(pagemap, ImageMagic.Common, ImageMagic.Pagemap);
        var rewrite = new PagemapRewrite(pagemap, ReadPagesId(image), newId);
        try
        {
            using var oldPages = ImageReader.OpenExisting(rewrite._oldPages, bufferSize: 0);
            using var newPages = UnfinishedFile.Create(rewrite._unfinishedPages);
            using var newEntries = UnfinishedFile.Create(rewrite._unfinishedPagemap);
            WriteHead(newEntries, newId);
            var copy = new PageCopy(image, oldPages, newEntries, newPages, droppable);
            copy.Run(cancellationToken);
            rewrite.Pages = copy.Pages;
            rewrite.DroppedPages = copy.DroppedPages;
            rewrite.Kept = copy.Kept;
            return rewrite;
        }
        catch
        {
            rewrite.Dispose();
            throw;
        }
    }

    /// <summary>Replaces the old files by the new ones.</summary>
    public void Commit()
    {
        File.Move(_unfinishedPages, _newPages);
        File.Move(_unfinishedPagemap, _pagemap, overwrite: true);
        File.Delete(_oldPages);
    }

    /// <summary>Removes the new files, if they were not committed.</summary>
    public void Dispose()
    {
        File.Delete(_unfinishedPages);
        File.Delete(_unfinishedPagemap);
    }

    private static uint ReadPagesId(ImageReader image)
    {
        uint? id = null;
        var head = new MessageReader(image.TryRead(out var record) ? record : throw new InvalidDataException("it has no head"));
        while (head.Next())
        {
            id = head.Field == PagesIdField && id is null
                ? head.UInt32
                : throw new NotUnderstoodException($"its head has a field {head.Field} besides the number of its pages");
        }

        return id ?? throw new InvalidDataException("its head does not say where the pages are");
    }

    private static void WriteHead(Stream pagemap, uint pagesId)
    {
        ImageMagic.Write(pagemap, ImageMagic.Common, ImageMagic.Pagemap);
        var head = new MessageWriter(stackalloc byte[MessageWriter.LongestRecord(PagesIdField)]);
        head.Add(PagesIdField, pagesId);
        head.WriteTo(pagemap);
    }
}
