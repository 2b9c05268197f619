using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CrCache.Specs;

namespace CrCache.Tasks;

/// <summary>
/// A hash of the files that an item names. It stands in the item file, so that a changed set-up script or Dockerfile makes the
/// item stale like changed metadata does, without starting <c>crcache</c> to find out.
/// </summary>
internal static class InputStamp
{
    // What builds and editors write in a folder that may also be a Dockerfile's context.
    private static readonly string[] s_ignored = ["obj", ".git", ".vs", "TestResults"];

    /// <summary>The stamp, or null for an item that names no files.</summary>
    /// <param name="metadata">The item's metadata.</param>
    /// <param name="directory">The project's directory.</param>
    public static string? Of(IReadOnlyDictionary<string, string> metadata, string directory)
    {
        var entries = new List<string>();
        if (metadata.TryGetValue("Setup", out var setup))
        {
            entries.AddRange(InputFiles.Setup(setup, directory, out _).Select(Content));
        }

        if (metadata.TryGetValue("Preset", out var preset) && preset.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            entries.Add(Content(Path.Combine(directory, preset)));
        }

        entries.AddRange(InputFiles.PresetFolders(directory).SelectMany(folder => Directory.GetFiles(folder, "*.json")).OrderBy(path => path, StringComparer.Ordinal).Select(Content));
        if (metadata.TryGetValue("Dockerfile", out var dockerfile) && dockerfile.Trim().Length > 0)
        {
            var context = new DirectoryInfo(Path.GetDirectoryName(Path.GetFullPath(Path.Combine(directory, dockerfile.Trim())))!);
            entries.AddRange(context.Exists ? Context(context) : []);
        }

        return entries.Count == 0 ? null : Hash(Encoding.UTF8.GetBytes(string.Join("\n", entries)));
    }

    private static string Content(string path) => path + " " + (File.Exists(path) ? Hash(File.ReadAllBytes(path)) : "missing");

    // A context can be large: time and length tell as much as MSBuild itself goes by.
    private static IEnumerable<string> Context(DirectoryInfo folder)
    {
        foreach (var file in folder.GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            yield return string.Format(CultureInfo.InvariantCulture, "{0} {1} {2}", file.FullName, file.Length, file.LastWriteTimeUtc.Ticks);
        }

        foreach (var entry in folder.GetDirectories().Where(child => !s_ignored.Contains(child.Name)).OrderBy(child => child.Name, StringComparer.Ordinal).SelectMany(Context))
        {
            yield return entry;
        }
    }

    private static string Hash(byte[] content)
    {
        using var sha = SHA256.Create();
        return BitConverter.ToString(sha.ComputeHash(content)).Replace("-", "");
    }
}
