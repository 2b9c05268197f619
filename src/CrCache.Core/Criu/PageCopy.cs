using System.Buffers;

namespace CrCache.Criu;

/// <summary>
/// Copies a pagemap's entries and their pages, without the zero pages in some ranges of addresses. An entry of which pages in the
/// middle go becomes two.
/// </summary>
internal sealed class PageCopy(
    ImageReader entries, Stream pages, Stream newEntries, Stream newPages, IReadOnlyList<AddressRange> droppable)
{
    private const int PagesAtOnce = 32;

    private readonly List<AddressRange> _kept = [];
    private ulong _previousEnd;
    private int _range;

    /// <summary>How many pages there were.</summary>
    public long Pages { get; private set; }

    /// <summary>How many were left out.</summary>
    public long DroppedPages { get; private set; }

    /// <summary>Where the others are, in order.</summary>
    public IReadOnlyList<AddressRange> Kept => _kept;

    /// <summary>Copies all of them.</summary>
    /// <exception cref="InvalidDataException">The entries are out of order, or of more pages than there are.</exception>
    /// <exception cref="NotUnderstoodException">An entry is not, or the pages are not what the entries tell.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PagesAtOnce * PagemapEntry.PageSize);
        try
        {
            CopyAll(buffer, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void CopyAll(byte[] buffer, CancellationToken cancellationToken)
    {
        PagemapEntry? first = null;
        while (entries.TryRead(out var record))
        {
            var entry = PagemapEntry.Parse(record);
            var pagesLeft = (ulong)(pages.Length - pages.Position) / PagemapEntry.PageSize;
            if (entry.Pages > pagesLeft)
            {
                throw new InvalidDataException($"an entry has {entry.Pages} pages, and {pagesLeft} are left");
            }

            if (entry.Address < _previousEnd || entry.End < entry.Address)
            {
                throw new InvalidDataException("the entries are not in order");
            }

            _previousEnd = entry.End;
            Copy(entry, buffer, cancellationToken);
            if (entry.Pages > 0)
            {
                first ??= entry;
            }
        }

        if (pages.Position != pages.Length)
        {
            throw new NotUnderstoodException(
                "there are more bytes of pages than its entries tell; are the pages of another size than 4096?");
        }

        // CRIU 4.2 looks at the first entry of a process without asking whether there is one.
        if (first is not null && DroppedPages == Pages)
        {
            newPages.Write(stackalloc byte[PagemapEntry.PageSize]);
            Keep(first.Value.Part(0, 1));
            DroppedPages--;
        }
    }

    private void Copy(PagemapEntry entry, byte[] buffer, CancellationToken cancellationToken)
    {
        ulong kept = 0;
        for (ulong at = 0; at < entry.Pages;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rest = buffer.AsSpan(0, (int)Math.Min(PagesAtOnce, entry.Pages - at) * PagemapEntry.PageSize);
            pages.ReadExactly(rest);
            for (; !rest.IsEmpty; rest = rest[PagemapEntry.PageSize..], at++)
            {
                var page = rest[..PagemapEntry.PageSize];
                Pages++;
                if (IsDroppable(entry.Address + (at * PagemapEntry.PageSize)) && !page.ContainsAnyExcept((byte)0))
                {
                    DroppedPages++;
                    End(at);
                    kept = 0;
                }
                else
                {
                    newPages.Write(page);
                    kept++;
                }
            }
        }

        End(entry.Pages);

        void End(ulong end)
        {
            if (kept > 0)
            {
                Keep(entry.Part(end - kept, kept));
            }
        }
    }

    private void Keep(PagemapEntry entry)
    {
        entry.WriteTo(newEntries);
        if (_kept is [.., var last] && last.End == entry.Address)
        {
            _kept[^1] = last with { End = entry.End };
        }
        else
        {
            _kept.Add(new AddressRange(entry.Address, entry.End));
        }
    }

    // The addresses come in order.
    private bool IsDroppable(ulong address)
    {
        while (_range < droppable.Count && droppable[_range].End <= address)
        {
            _range++;
        }

        return _range < droppable.Count && droppable[_range].Start <= address;
    }
}
