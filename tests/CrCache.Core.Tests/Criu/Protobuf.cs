namespace CrCache.Core.Tests.Criu;

/// <summary>Protobuf messages, written and read in the plainest way: the tests must not rely on the code that they test.</summary>
internal static class Protobuf
{
    /// <summary>A message of fields in this order: a number becomes a varint, bytes are written with their length.</summary>
    public static byte[] Message(params IEnumerable<(int Field, object? Value)> fields)
    {
        var message = new List<byte>();
        foreach (var (field, value) in fields)
        {
            switch (value)
            {
                case null:
                    break;
                case byte[] bytes:
                    message.AddRange([.. Varint((ulong)field << 3 | 2), .. Varint((ulong)bytes.Length), .. bytes]);
                    break;
                case double bits:
                    message.AddRange([.. Varint((ulong)field << 3 | 1), .. BitConverter.GetBytes(bits)]);
                    break;
                default:
                    message.AddRange([.. Varint((ulong)field << 3), .. Varint(Convert.ToUInt64(value, null))]);
                    break;
            }
        }

        return [.. message];
    }

    /// <summary>The numbers of a message by their fields; other fields are passed over.</summary>
    public static Dictionary<int, ulong> Numbers(ReadOnlySpan<byte> message)
    {
        var numbers = new Dictionary<int, ulong>();
        while (!message.IsEmpty)
        {
            var key = ReadVarint(ref message);
            switch (key & 7)
            {
                case 0: numbers[(int)(key >> 3)] = ReadVarint(ref message); break;
                case 1: message = message[8..]; break;
                case 2: message = message[(int)ReadVarint(ref message)..]; break;
                case 5: message = message[4..]; break;
            }
        }

        return numbers;
    }

    /// <summary>All fields of a message; a number has no content.</summary>
    public static IReadOnlyList<(int Number, byte[] Encoded, byte[] Content)> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new List<(int, byte[], byte[])>();
        while (!message.IsEmpty)
        {
            var start = message;
            var key = ReadVarint(ref message);
            var content = Array.Empty<byte>();
            switch (key & 7)
            {
                case 0: ReadVarint(ref message); break;
                case 1: message = message[8..]; break;
                case 2:
                    var length = (int)ReadVarint(ref message);
                    content = message[..length].ToArray();
                    message = message[length..];
                    break;
                case 5: message = message[4..]; break;
            }

            fields.Add(((int)(key >> 3), start[..^message.Length].ToArray(), content));
        }

        return fields;
    }

    private static IEnumerable<byte> Varint(ulong number)
    {
        for (; number >= 128; number /= 128)
        {
            yield return (byte)(number % 128 + 128);
        }

        yield return (byte)number;
    }

    private static ulong ReadVarint(ref ReadOnlySpan<byte> message)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[0];
            message = message[1..];
            number |= (ulong)(next % 128) << shift;
            if (next < 128)
            {
                return number;
            }
        }
    }
}
