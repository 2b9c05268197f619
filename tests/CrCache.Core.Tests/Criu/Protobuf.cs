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
        foreach (var field in Fields(message).Where(field => field.Value is not null))
        {
            numbers[field.Number] = field.Value!.Value;
        }

        return numbers;
    }

    /// <summary>All fields of a message, each with the value of a number or the content of what has a length.</summary>
    public static IReadOnlyList<(int Number, byte[] Encoded, ulong? Value, byte[] Content)> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new List<(int, byte[], ulong?, byte[])>();
        while (!message.IsEmpty)
        {
            var start = message;
            var key = ReadVarint(ref message);
            ulong? value = null;
            var content = Array.Empty<byte>();
            switch (key & 7)
            {
                case 0: value = ReadVarint(ref message); break;
                case 1: message = message[8..]; break;
                case 2:
                    var length = (int)ReadVarint(ref message);
                    content = message[..length].ToArray();
                    message = message[length..];
                    break;
                case 5: message = message[4..]; break;
            }

            fields.Add(((int)(key >> 3), start[..^message.Length].ToArray(), value, content));
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
