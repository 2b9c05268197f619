namespace CrCache.Criu;

/// <summary>The fields of a protobuf message, one after the other.</summary>
/// <remarks>
/// Not Google.Protobuf: that writes a message anew, the fields that it does not know last, and wants CRIU's .proto files of one
/// version. Here a field that is not understood is copied as it is encoded, in its place, so that what another version of CRIU has
/// written stays what it was, byte for byte; and of a dump's thousands of entries none is made an object.
/// </remarks>
internal ref struct MessageReader(ReadOnlySpan<byte> message)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = message;
    private int _wireType;
    private ulong _number;
    private ReadOnlySpan<byte> _bytes;
    private ReadOnlySpan<byte> _encoded;

    /// <summary>The number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>Its value, where it is a number of 64 bits.</summary>
    public readonly ulong UInt64 => _wireType == Varint ? _number : throw OfAnotherType();

    /// <summary>Its value, where it is a number of 32 bits.</summary>
    public readonly uint UInt32 =>
        UInt64 <= uint.MaxValue ? (uint)_number : throw new InvalidDataException($"field {Field} is more than 32 bits hold");

    /// <summary>Its value, where it is a message.</summary>
    public readonly ReadOnlySpan<byte> Message => _wireType == LengthDelimited ? _bytes : throw OfAnotherType();

    /// <summary>The whole field as it is encoded.</summary>
    public readonly ReadOnlySpan<byte> Encoded => _encoded;

    /// <summary>Reads the next field.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="InvalidDataException">It is not a protobuf message.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var start = _rest;
        var key = ReadVarint();
        Field = key >> 3 is > 0 and <= int.MaxValue ? (int)(key >> 3) : throw new InvalidDataException("a field's number is out of range");
        _wireType = (int)(key & 7);
        switch (_wireType)
        {
            case Varint:
                _number = ReadVarint();
                break;
            case LengthDelimited:
                _bytes = Take(ReadVarint());
                break;
            case Fixed64:
                Take(sizeof(ulong));
                break;
            case Fixed32:
                Take(sizeof(uint));
                break;
            default:
                throw new InvalidDataException($"field {Field} is of the unknown wire type {_wireType}");
        }

        _encoded = start[..^_rest.Length];
        return true;
    }

    private ulong ReadVarint()
    {
        const int mostBytes = 10;
        ulong value = 0;
        for (var i = 0; i < Math.Min(mostBytes, _rest.Length); i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] < 0x80)
            {
                // The tenth byte has room for one bit.
                var fits = i < mostBytes - 1 || _rest[i] <= 1;
                _rest = _rest[(i + 1)..];
                return fits ? value : throw new InvalidDataException("a number is more than 64 bits hold");
            }
        }

        throw new InvalidDataException("a number does not end");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw new InvalidDataException($"field {Field} is longer than its message");
        }

        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private readonly InvalidDataException OfAnotherType() => new($"field {Field} is of the wire type {_wireType}, which it should not be");
}
