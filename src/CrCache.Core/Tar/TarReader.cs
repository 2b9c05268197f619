using System.Globalization;
using System.Text;

namespace CrCache.Tar;

/// <summary>
/// Reads a tar in one pass: ustar, pax and GNU's long names, as docker, podman and GNU tar write them. Whatever it is given, it
/// ends, throws nothing but <see cref="InvalidDataException"/> and what the stream throws, and keeps no more than a header.
/// </summary>
#pragma warning disable CA1001 // A member's content holds nothing of its own; the stream is the caller's.
internal sealed class TarReader(Stream stream)
#pragma warning restore CA1001
{
    public const int BlockSize = 512;

    // Of one member's headers: names, links and extended attributes. The kernel's own limit for an attribute is 64 KB.
    private const long LongestHeader = 1 << 20;

    private readonly byte[] _block = new byte[BlockSize];
    private TarContent? _content;

    /// <summary>The content of the current member.</summary>
    public Stream Content => _content ?? Stream.Null;

    /// <summary>Goes on to the next member; null at the end.</summary>
    public async ValueTask<TarMember?> NextAsync(CancellationToken cancellationToken)
    {
        if (_content is { } previous)
        {
            await previous.SkipAsync(cancellationToken).ConfigureAwait(false);
            _content = null;
        }

        var extended = new TarExtensions();
        while (await ReadHeaderAsync(cancellationToken).ConfigureAwait(false))
        {
            var size = Positive(_block.AsSpan(124, 12));
            switch ((char)_block[156])
            {
                case 'x':
                    extended.ReadPax(await ReadSmallAsync(size, cancellationToken).ConfigureAwait(false));
                    break;
                case 'g':
                    // Global comments, such as git's; nobody puts into one what a member needs.
                    await ReadSmallAsync(size, cancellationToken).ConfigureAwait(false);
                    break;
                case 'L':
                    extended.Name = Text(await ReadSmallAsync(size, cancellationToken).ConfigureAwait(false));
                    break;
                case 'K':
                    extended.LinkName = Text(await ReadSmallAsync(size, cancellationToken).ConfigureAwait(false));
                    break;
                default:
                    return Open(extended.Apply(Read(size)));
            }
        }

        return null;
    }

    private TarMember Open(TarMember member)
    {
        _content = new TarContent(stream, member.Size);
        return member;
    }

    private TarMember Read(long size)
    {
        var type = Type(_block[156]);
        var isUstar = _block.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        var (name, prefix) = (Text(_block.AsSpan(0, 100)), isUstar ? Text(_block.AsSpan(345, 155)) : "");
        return new TarMember
        {
            Name = prefix.Length > 0 ? $"{prefix}/{name}" : name,
            Type = type,
            Mode = (int)(Number(_block.AsSpan(100, 8)) & 0b111_111_111_111),
            Uid = Positive(_block.AsSpan(108, 8)),
            Gid = Positive(_block.AsSpan(116, 8)),
            // A link's size is that of the file it names; no content follows it.
            Size = type == TarType.File ? size : 0,
            Modified = Nanoseconds(Number(_block.AsSpan(136, 12))),
            LinkName = Text(_block.AsSpan(157, 100)),
            DeviceMajor = Device(_block.AsSpan(329, 8)),
            DeviceMinor = Device(_block.AsSpan(337, 8)),
        };
    }

    private static TarType Type(byte flag) => (char)flag switch
    {
        '\0' or '0' or '7' => TarType.File,
        >= '1' and <= '6' => (TarType)flag,
        _ => throw new InvalidDataException($"The tar has a member of a kind that is not known: {flag}."),
    };

    // False at the end: two blocks of zeros, or nothing more.
    private async ValueTask<bool> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var length = await stream.ReadAtLeastAsync(_block, BlockSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (length == 0)
        {
            return false;
        }

        if (length < BlockSize)
        {
            throw new InvalidDataException("The tar ends in the middle of a header.");
        }

        if (_block.AsSpan().IndexOfAnyExcept((byte)0) < 0)
        {
            return false;
        }

        var sum = 8 * ' ';
        for (var i = 0; i < BlockSize; i++)
        {
            sum += i is >= 148 and < 156 ? 0 : _block[i];
        }

        return sum == Number(_block.AsSpan(148, 8))
            ? true
            : throw new InvalidDataException("A header of the tar is damaged: its checksum is wrong.");
    }

    private async ValueTask<byte[]> ReadSmallAsync(long size, CancellationToken cancellationToken)
    {
        if (size > LongestHeader)
        {
            throw new InvalidDataException($"A header of the tar is {size} bytes long.");
        }

        var bytes = new byte[(size + BlockSize - 1) / BlockSize * BlockSize];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (length < bytes.Length)
        {
            throw new InvalidDataException("The tar ends in the middle of a header.");
        }

        return bytes[..(int)size];
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }

    // Octal digits, or with the first bit set a big-endian number (GNU), whose second bit is its sign.
    private static long Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            var number = (long)(sbyte)(field[0] << 1) >> 1;
            foreach (var part in field[1..])
            {
                number = number is >= long.MinValue >> 8 and <= long.MaxValue >> 8
                    ? (number << 8) | part
                    : throw new InvalidDataException("A number in a header of the tar is too large.");
            }

            return number;
        }

        long value = 0;
        foreach (var digit in field.Trim((byte)' ').TrimEnd((byte)0).Trim((byte)' '))
        {
            if (digit is 0 or (byte)' ')
            {
                break;
            }

            value = digit is >= (byte)'0' and <= (byte)'7'
                ? (value * 8) + digit - '0'
                : throw new InvalidDataException("A header of the tar is damaged: a number is none.");
        }

        return value;
    }

    private static long Positive(ReadOnlySpan<byte> field) =>
        Number(field) is var number and >= 0 ? number : throw new InvalidDataException("A number in a header of the tar is negative.");

    // The kernel's are shorter than the seven octal digits that there is room for.
    private static int Device(ReadOnlySpan<byte> field) =>
        Number(field) is var number and >= 0 and <= 0x1FFFFF
            ? (int)number
            : throw new InvalidDataException("A device's number in the tar is out of range.");

    internal static long Nanoseconds(decimal seconds)
    {
        const decimal Second = 1_000_000_000m;
        return seconds is > -9_000_000_000m and < 9_000_000_000m
            ? (long)(seconds * Second)
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"A time in the tar is out of range: {seconds}."));
    }
}
