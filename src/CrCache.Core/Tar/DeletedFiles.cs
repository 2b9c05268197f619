using System.Text.Json;

namespace CrCache.Tar;

/// <summary>The list of removed paths, as Podman writes it: a JSON array of strings.</summary>
internal static class DeletedFiles
{
    private const long Longest = 64 << 20;

    /// <summary>Writes paths of a tar.</summary>
    public static Task WriteAsync(string file, IEnumerable<string> paths, CancellationToken cancellationToken) => File.WriteAllBytesAsync(
        file, JsonSerializer.SerializeToUtf8Bytes(paths.Select(TarPath.ToText).ToArray(), TarJson.Default.StringArray), cancellationToken);

    /// <summary>Reads paths of a tar.</summary>
    /// <exception cref="InvalidDataException">The file is not such a list.</exception>
    public static async Task<IReadOnlyList<string>> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (new FileInfo(file).Length > Longest)
        {
            throw new InvalidDataException("Its list of removed files is too long.");
        }

        try
        {
            var bytes = await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize(bytes, TarJson.Default.StringArray) is { } paths && paths.All(path => path is not null)
                ? paths.Select(TarPath.FromText).ToArray()
                : throw new InvalidDataException("Its list of removed files is none.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Its list of removed files is damaged: {e.Message}", e);
        }
    }
}
