using System.Buffers.Binary;

namespace CrCache.Criu;

/// <summary>A record of CRIU's with numbers only: its length in 4 bytes and a protobuf message.</summary>
internal ref struct MessageWriter(Span<byte> buffer)
{
    /// <summary>The most bytes that a record with so many fields has, as long as their numbers are below 16.</summary>
    public static int LongestRecord(int fields) => sizeof(uint) + (fields * (1 + 10));

    private readonly Span<byte> _buffer = buffer;
    private int _end = sizeof(uint);

    /// <summary>Adds a field; null adds nothing.</summary>
    public void Add(int field, ulong? number)
    {
        if (number is not { } rest)
        {
            return;
        }

        _buffer[_end++] = (byte)(field << 3);
        for (; rest >= 0x80; rest >>= 7)
        {
            _buffer[_end++] = (byte)(rest | 0x80);
        }

        _buffer[_end++] = (byte)rest;
    }

    /// <summary>Writes the record.</summary>
    public readonly void WriteTo(Stream image)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer, _end - sizeof(uint));
        image.Write(_buffer[.._end]);
    }
}
