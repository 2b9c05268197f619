using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using CrCache.Files;

namespace CrCache.Tar;

/// <summary>Writes a tar: ustar, with a pax header where that cannot say it. Equal members give equal bytes.</summary>
internal sealed class TarWriter(Stream stream)
{
    private const long LargestOctal8 = 0x1FFFFF;
    private const long LargestOctal12 = 0x1_FFFF_FFFF;

    /// <summary>Writes a member without content.</summary>
    public ValueTask WriteAsync(TarMember member, CancellationToken cancellationToken) =>
        WriteAsync(member, Stream.Null, cancellationToken);

    /// <summary>Writes a member; the content must be exactly as long as the member says.</summary>
    public async ValueTask WriteAsync(TarMember member, Stream content, CancellationToken cancellationToken)
    {
        if (Pax(member) is { Length: > 0 } pax)
        {
            var header = Header("PaxHeader", 'x', new TarMember { Name = "", Type = TarType.File }, pax.Length);
            await stream.WriteAsync(header, cancellationToken).ConfigureAwait(false);
            await stream.WriteAsync(pax, cancellationToken).ConfigureAwait(false);
            await PadAsync(pax.Length, cancellationToken).ConfigureAwait(false);
        }

        await stream.WriteAsync(Header(Name(member), (char)member.Type, member, member.Size), cancellationToken).ConfigureAwait(false);
        if (member.Size > 0)
        {
            var counted = new CountingStream(content);
            await counted.CopyToAsync(stream, 1 << 17, cancellationToken).ConfigureAwait(false);
            if (counted.Count != member.Size)
            {
                throw new InvalidDataException($"{member.Name} was to be {member.Size} bytes long and is {counted.Count}.");
            }

            await PadAsync(member.Size, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes the end of the tar.</summary>
    public ValueTask FinishAsync(CancellationToken cancellationToken) =>
        stream.WriteAsync(new byte[2 * TarReader.BlockSize], cancellationToken);

    private static string Name(TarMember member) => member.Type == TarType.Directory ? member.Name + "/" : member.Name;

    private static byte[] Pax(TarMember member)
    {
        using var records = new MemoryStream();
        var name = Name(member);
        AddIf(!Fits(name), "path", name);
        AddIf(!Fits(member.LinkName), "linkpath", member.LinkName);
        AddIf(member.Size > LargestOctal12, "size", member.Size.ToString(CultureInfo.InvariantCulture));
        AddIf(member.Uid > LargestOctal8, "uid", member.Uid.ToString(CultureInfo.InvariantCulture));
        AddIf(member.Gid > LargestOctal8, "gid", member.Gid.ToString(CultureInfo.InvariantCulture));
        var (seconds, rest) = Math.DivRem(member.Modified, 1_000_000_000);
        AddIf(
            rest != 0 || seconds is < 0 or > LargestOctal12,
            "mtime",
            (member.Modified / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture));
        foreach (var (attribute, value) in member.Attributes)
        {
            Add(records, TarExtensions.AttributePrefix + attribute, value);
        }

        return records.ToArray();

        void AddIf(bool needed, string key, string value)
        {
            if (needed)
            {
                Add(records, key, Encoding.Latin1.GetBytes(value));
            }
        }
    }

    // A record's length counts its own digits.
    private static void Add(MemoryStream records, string name, byte[] value)
    {
        var rest = name.Length + value.Length + 3;
        var length = rest + 1;
        while (length != rest + Digits(length))
        {
            length = rest + Digits(length);
        }

        records.Write(Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length} {name}=")));
        records.Write(value);
        records.WriteByte((byte)'\n');

        static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;
    }

    private static bool Fits(string name) => name.Length <= 100 && Ascii.IsValid(name);

    private static byte[] Header(string name, char type, TarMember member, long size)
    {
        var block = new byte[TarReader.BlockSize];
        Text(block, 0, 100, name);
        Octal(block, 100, 8, member.Mode);
        Octal(block, 108, 8, Math.Min(member.Uid, LargestOctal8));
        Octal(block, 116, 8, Math.Min(member.Gid, LargestOctal8));
        Size(block, size);
        Octal(block, 136, 12, Math.Clamp(member.Modified / 1_000_000_000, 0, LargestOctal12));
        block[156] = (byte)type;
        Text(block, 157, 100, member.LinkName);
        "ustar\000"u8.CopyTo(block.AsSpan(257));
        Octal(block, 329, 8, member.DeviceMajor);
        Octal(block, 337, 8, member.DeviceMinor);
        block.AsSpan(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var part in block)
        {
            sum += part;
        }

        Octal(block, 148, 7, sum);
        return block;
    }

    private static void Text(byte[] block, int offset, int length, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        bytes.AsSpan(0, Math.Min(bytes.Length, length)).CopyTo(block.AsSpan(offset));
    }

    private static void Octal(byte[] block, int offset, int length, long value) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(length - 1, '0')).CopyTo(block.AsSpan(offset));

    private static void Size(byte[] block, long size)
    {
        if (size <= LargestOctal12)
        {
            Octal(block, 124, 12, size);
            return;
        }

        // Readers that know no pax know this one.
        block[124] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(block.AsSpan(128), size);
    }

    private ValueTask PadAsync(long size, CancellationToken cancellationToken) =>
        stream.WriteAsync(new byte[-size & (TarReader.BlockSize - 1)], cancellationToken);
}
