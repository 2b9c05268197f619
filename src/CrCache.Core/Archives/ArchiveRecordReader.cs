using System.Text.Json;
using CrCache.Criu;
using CrCache.Names;

namespace CrCache.Archives;

/// <summary>Reads an archive's record, which may come from anywhere.</summary>
internal static class ArchiveRecordReader
{
    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is none, or one of another format.</exception>
    /// <exception cref="JsonException">It is damaged.</exception>
    public static ArchiveRecord Read(ReadOnlySpan<byte> json)
    {
        // The version first: a newer one may have members that this one does not know.
        int? format;
        try
        {
            format = FormatOf(json);
        }
        catch (InvalidOperationException e)
        {
            // The reader's way to say that a name is no text.
            throw new InvalidDataException($"Its record is damaged: {e.Message}", e);
        }

        if (format != ArchiveRecord.CurrentFormat)
        {
            throw new InvalidDataException(
                $"It is of a version of CrCache whose format this one does not know (format {ArchiveRecord.CurrentFormat}).");
        }

        var record = JsonSerializer.Deserialize(json, ArchiveJson.Default.ArchiveRecord)!;
        if (!KeyShape.IsOne(record.Key))
        {
            throw new InvalidDataException("Its record has no key.");
        }

        if (MembersOf(record).Any(member => !ArchiveLayout.Knows(member)))
        {
            throw new InvalidDataException("Its record names members that no checkpoint has.");
        }

        return record;
    }

    /// <summary>The members without which an archive of that record is of no use.</summary>
    public static IEnumerable<string> MembersOf(ArchiveRecord record)
    {
        var members = new[] { record.Memory, record.Files }.OfType<ArchivedFileSystem>()
            .SelectMany(files => files.Volumes.Values
                .Select(volume => files.Folder + volume)
                .Append(files.ChangedFiles)
                .Append(files.DeletedFiles));
        return record.Memory is null ? members : members.Append(ArchiveLayout.Dump + DumpFiles.Inventory);
    }

    // Null where it has none.
    private static int? FormatOf(ReadOnlySpan<byte> json)
    {
        int? format = null;
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            // CrCache leaves nulls out. Whoever reads the record relies on what it has, and the serializer takes null for anything.
            if (reader.TokenType == JsonTokenType.Null)
            {
                throw new InvalidDataException("Its record has nothing where something belongs.");
            }

            if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && reader.ValueTextEquals("format"u8))
            {
                reader.Read();
                format = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : null;
            }
        }

        return format;
    }
}
