using System.Globalization;
using System.Text;

namespace CrCache.Tar;

/// <summary>What stands in headers of their own before a member's: pax records and GNU's long names.</summary>
internal sealed class TarExtensions
{
    /// <summary>How pax names extended attributes; docker, podman and GNU tar agree on it.</summary>
    public const string AttributePrefix = "SCHILY.xattr.";

    private readonly SortedDictionary<string, byte[]> _attributes = new(StringComparer.Ordinal);
    private long? _size;
    private long? _uid;
    private long? _gid;
    private long? _modified;

    public string? Name { get; set; }

    public string? LinkName { get; set; }

    /// <summary>Reads records of the form <c>LENGTH NAME=VALUE\n</c>.</summary>
    public void ReadPax(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            var space = records.IndexOf((byte)' ');
            if (space is < 1 or > 9
                || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length > records.Length || length < space + 3 || records[length - 1] != '\n')
            {
                throw new InvalidDataException("A pax header of the tar is damaged.");
            }

            var record = records[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1)
            {
                throw new InvalidDataException("A pax header of the tar is damaged.");
            }

            Add(Encoding.Latin1.GetString(record[..equals]), record[(equals + 1)..]);
            records = records[length..];
        }
    }

    /// <summary>The member with what was read before it.</summary>
    public TarMember Apply(TarMember member) => member with
    {
        Name = Name ?? member.Name,
        LinkName = LinkName ?? member.LinkName,
        Size = member.Type == TarType.File ? _size ?? member.Size : 0,
        Uid = _uid ?? member.Uid,
        Gid = _gid ?? member.Gid,
        Modified = _modified ?? member.Modified,
        Attributes = _attributes.Count > 0 ? _attributes : member.Attributes,
    };

    private void Add(string name, ReadOnlySpan<byte> value)
    {
        switch (name)
        {
            case "path":
                Name = Path(value);
                break;
            case "linkpath":
                LinkName = Path(value);
                break;
            case "size":
                _size = Integer(value);
                break;
            case "uid":
                _uid = Integer(value);
                break;
            case "gid":
                _gid = Integer(value);
                break;
            case "mtime":
                const NumberStyles SignedDecimal = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
                _modified = decimal.TryParse(value, SignedDecimal, CultureInfo.InvariantCulture, out var seconds)
                    ? TarReader.Nanoseconds(seconds)
                    : throw new InvalidDataException("A time in the tar is none.");
                break;
            case var _ when name.StartsWith("GNU.sparse.", StringComparison.Ordinal):
                throw new InvalidDataException("The tar holds a sparse file in GNU's own form.");
            case var _ when name.StartsWith(AttributePrefix, StringComparison.Ordinal):
                _attributes[name[AttributePrefix.Length..]] = value.ToArray();
                break;
        }
    }

    private static string Path(ReadOnlySpan<byte> value) => value.Contains((byte)0)
        ? throw new InvalidDataException("A path in the tar is none.")
        : Encoding.Latin1.GetString(value);

    private static long Integer(ReadOnlySpan<byte> value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException("A number in a pax header of the tar is none.");
}
