using System.Buffers.Binary;

namespace CrCache.Criu;

/// <summary>A protobuf message, and CRIU's record of one: its length in 4 bytes and the message.</summary>
/// <param name="buffer">Where it is written first; one that is too small is replaced.</param>
internal ref struct MessageWriter(Span<byte> buffer)
{
    private const int LongestVarint = 10;
    private const int Varint = 0;
    private const int LengthDelimited = 2;

    /// <summary>The most bytes that a record with so many numbers has, as long as their fields are below 16.</summary>
    public static int LongestRecord(int fields) => sizeof(uint) + (fields * (1 + LongestVarint));

    private Span<byte> _buffer = buffer;
    private int _end = sizeof(uint);

    /// <summary>The message as it is now.</summary>
    public readonly ReadOnlySpan<byte> Message => _buffer[sizeof(uint).._end];

    /// <summary>Adds a field with a number; null adds nothing.</summary>
    public void Add(int field, ulong? number)
    {
        if (number is { } value)
        {
            AddVarint(((ulong)field << 3) | Varint);
            AddVarint(value);
        }
    }

    /// <summary>Adds a field with a message.</summary>
    public void Add(int field, scoped ReadOnlySpan<byte> message)
    {
        AddVarint(((ulong)field << 3) | LengthDelimited);
        AddVarint((ulong)message.Length);
        AddEncoded(message);
    }

    /// <summary>Adds fields as they are encoded elsewhere.</summary>
    public void AddEncoded(scoped ReadOnlySpan<byte> fields)
    {
        MakeRoom(fields.Length);
        fields.CopyTo(_buffer[_end..]);
        _end += fields.Length;
    }

    /// <summary>Writes the record.</summary>
    public readonly void WriteTo(Stream image)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer, _end - sizeof(uint));
        image.Write(_buffer[.._end]);
    }

    private void AddVarint(ulong number)
    {
        MakeRoom(LongestVarint);
        for (; number >= 0x80; number >>= 7)
        {
            _buffer[_end++] = (byte)(number | 0x80);
        }

        _buffer[_end++] = (byte)number;
    }

    private void MakeRoom(int bytes)
    {
        if (bytes > _buffer.Length - _end)
        {
            var larger = new byte[Math.Max(2 * _buffer.Length, _end + bytes)];
            _buffer[.._end].CopyTo(larger);
            _buffer = larger;
        }
    }
}
