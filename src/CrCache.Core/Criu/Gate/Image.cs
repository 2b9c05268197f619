using System.Text;

namespace CrCache.Criu.Gate;

/// <summary>
/// A message in an image, read so that nobody can read it in another way: where CRIU's reader would take the last of two values or
/// join two messages, there must be one.
/// </summary>
internal sealed class Image
{
    private readonly List<(int Number, byte[] Encoded)> _fields = [];

    private Image(ReadOnlySpan<byte> message)
    {
        var reader = new MessageReader(message);
        while (reader.Next())
        {
            _fields.Add((reader.Field, reader.Encoded.ToArray()));
        }
    }

    /// <summary>The numbers of the fields that occur.</summary>
    public IEnumerable<int> Fields => _fields.Select(one => one.Number);

    /// <summary>The records of a file.</summary>
    public static List<Image> ReadAll(string path, params ReadOnlySpan<uint> magic)
    {
        using var file = new ImageReader(path, magic);
        var records = new List<Image>();
        while (file.TryRead(out var record))
        {
            records.Add(new Image(record));
        }

        return records;
    }

    /// <summary>The record of a file that has but one.</summary>
    public static Image ReadOnly(string path, params ReadOnlySpan<uint> magic) => ReadAll(path, magic) is [var only]
        ? only
        : throw new NotUnderstoodException("it does not have one record");

    /// <summary>All values of a field.</summary>
    public List<uint> Numbers(int field) => Values(field, (ref MessageReader reader) => reader.UInt32);

    /// <summary>The value of a field, or null where there is none.</summary>
    public uint? Number(int field) => Single(Numbers(field), field);

    /// <summary>The value of a field; empty where there is none.</summary>
    public string Text(int field) =>
        Encoding.UTF8.GetString(Single(Values(field, (ref MessageReader reader) => reader.Message.ToArray()), field) ?? []);

    /// <summary>The message in a field, or null where there is none.</summary>
    public Image? Message(int field) => Single(Values(field, (ref MessageReader reader) => new Image(reader.Message)), field);

    private static T? Single<T>(List<T> values, int field) where T : class => values.Count <= 1
        ? values.FirstOrDefault()
        : throw new NotUnderstoodException($"it has the field {field} twice");

    private static uint? Single(List<uint> values, int field) => values.Count <= 1
        ? values.Count == 0 ? null : values[0]
        : throw new NotUnderstoodException($"it has the field {field} twice");

    private List<T> Values<T>(int field, Read<T> read)
    {
        var values = new List<T>();
        foreach (var (number, encoded) in _fields)
        {
            if (number == field)
            {
                var reader = new MessageReader(encoded);
                reader.Next();
                values.Add(read(ref reader));
            }
        }

        return values;
    }

    private delegate T Read<out T>(ref MessageReader reader);
}
