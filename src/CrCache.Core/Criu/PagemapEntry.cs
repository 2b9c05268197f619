namespace CrCache.Criu;

/// <summary>
/// A run of pages, <c>pagemap_entry</c> in CRIU's images/pagemap.proto. Only those whose bytes are in the dump are understood:
/// a field or flag that came later may well say how the bytes are stored (CRIU's development branch compresses pages so).
/// </summary>
internal readonly struct PagemapEntry
{
    /// <summary>Bytes in a page. Other sizes, which some ARM and POWER kernels have, show in the length of the pages' file.</summary>
    public const int PageSize = 4096;

    private const int AddressField = 1;
    private const int ShortCountField = 2;
    private const int InParentField = 3;
    private const int FlagsField = 4;
    private const int CountField = 5;

    private const uint Lazy = 1 << 1; // may be restored on demand, too
    private const uint Present = 1 << 2;

    private readonly uint _shortCount;
    private readonly ulong? _count;
    private readonly uint? _flags;
    private readonly bool _saysNotInParent;

    private PagemapEntry(ulong address, uint shortCount, bool saysNotInParent, uint? flags, ulong? count)
    {
        Address = address;
        _shortCount = shortCount;
        _saysNotInParent = saysNotInParent;
        _flags = flags;
        _count = count;
    }

    /// <summary>The address of the first page: in the process, or for shared memory in the object.</summary>
    public ulong Address { get; }

    /// <summary>The address after the last page; below <see cref="Address"/> where that is more than 64 bits hold.</summary>
    public ulong End => Address + (Pages * PageSize);

    /// <summary>How many pages there are.</summary>
    public ulong Pages => _count ?? _shortCount;

    /// <exception cref="InvalidDataException">It is not a pagemap's entry.</exception>
    /// <exception cref="NotUnderstoodException">It is one whose pages are not here, or are here in some other way.</exception>
    public static PagemapEntry Parse(ReadOnlySpan<byte> record)
    {
        ulong? address = null, count = null;
        uint? shortCount = null, flags = null;
        bool? inParent = null;
        var seen = 0;
        var reader = new MessageReader(record);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case AddressField: address = reader.UInt64; break;
                case ShortCountField: shortCount = reader.UInt32; break;
                case InParentField: inParent = reader.UInt64 != 0; break;
                case FlagsField: flags = reader.UInt32; break;
                case CountField: count = reader.UInt64; break;
                default: throw new NotUnderstoodException($"its entries have a field {reader.Field}");
            }

            seen = (seen & 1 << reader.Field) == 0
                ? seen | 1 << reader.Field
                : throw new NotUnderstoodException($"an entry has field {reader.Field} twice");
        }

        if (address is null || shortCount is null || address % PageSize != 0)
        {
            throw new InvalidDataException("an entry has no address, none of a page, or no number of pages");
        }

        if (inParent is true || (flags ?? Present) is not (Present or (Present | Lazy)))
        {
            throw new NotUnderstoodException($"it has pages that are not in this dump (in_parent {inParent ?? false}, flags {flags})");
        }

        // CRIU from 4.2 on writes the count of 64 bits and leaves the old one 0. Both the same would make sense, too.
        if (count is not null && shortCount != 0 && shortCount != count)
        {
            throw new NotUnderstoodException($"an entry has {shortCount} and {count} pages");
        }

        return new PagemapEntry(address.Value, shortCount.Value, inParent is false, flags, count);
    }

    /// <summary>The entry of some of these pages.</summary>
    public PagemapEntry Part(ulong firstPage, ulong pages) => new(
        Address + (firstPage * PageSize),
        _shortCount == 0 ? 0 : (uint)pages,
        _saysNotInParent,
        _flags,
        _count is null ? null : pages);

    /// <summary>Writes the record.</summary>
    public void WriteTo(Stream pagemap)
    {
        var message = new MessageWriter(stackalloc byte[MessageWriter.LongestRecord(CountField)]);
        message.Add(AddressField, Address);
        message.Add(ShortCountField, _shortCount);
        message.Add(InParentField, _saysNotInParent ? 0 : null);
        message.Add(FlagsField, _flags);
        message.Add(CountField, _count);
        message.WriteTo(pagemap);
    }
}
