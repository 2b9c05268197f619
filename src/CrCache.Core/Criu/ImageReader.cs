using System.Buffers.Binary;

namespace CrCache.Criu;

/// <summary>Reads a file of CRIU: one or two magic numbers, then records, each a length of 4 bytes and a protobuf message.</summary>
internal sealed class ImageReader : IDisposable
{
    // The longest that there is describes all memory areas of a process: 65530 of some 60 bytes, unless the limit was raised.
    private const int LongestRecord = 64 << 20;

    private readonly FileStream _file;
    private byte[] _record = new byte[64];

    /// <summary>Opens an image of the given kind.</summary>
    /// <exception cref="InvalidDataException">There is none, or it ends within its magic numbers.</exception>
    /// <exception cref="NotUnderstoodException">It is of another kind, or of another version.</exception>
    public ImageReader(string path, params ReadOnlySpan<uint> magic)
    {
        _file = OpenExisting(path, bufferSize: 16 << 10);
        try
        {
            foreach (var expected in magic)
            {
                if (ReadUInt32() is var found && found != expected)
                {
                    throw new NotUnderstoodException($"it begins with {found:x8} where {expected:x8} is known");
                }
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file that is read from its beginning to its end.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static FileStream OpenExisting(string path, int bufferSize)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize, FileOptions.SequentialScan);
        }
        catch (FileNotFoundException e)
        {
            throw new InvalidDataException($"there is no {Path.GetFileName(path)}", e);
        }
    }

    /// <summary>Reads the next record; it is valid until the one after it is read.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="InvalidDataException">The file ends within the record, or the record is longer than any can be.</exception>
    public bool TryRead(out ReadOnlySpan<byte> record)
    {
        record = default;
        if (_file.Position == _file.Length)
        {
            return false;
        }

        var length = ReadUInt32();
        if (length > LongestRecord || length > _file.Length - _file.Position)
        {
            throw new InvalidDataException($"a record's length of {length} is not possible");
        }

        if (length > _record.Length)
        {
            _record = new byte[length];
        }

        _file.ReadExactly(_record, 0, (int)length);
        record = _record.AsSpan(0, (int)length);
        return true;
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private uint ReadUInt32()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        return _file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length
            ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
            : throw new InvalidDataException("the file breaks off");
    }
}
