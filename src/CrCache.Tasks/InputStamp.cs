using System.Globalization;
using System.Text;
using CrCache.Shared;

namespace CrCache.Tasks;

/// <summary>
/// A hash of the files that an item names, by their times and lengths where they may be large. It stands in the item file, so that a
/// changed set-up script or Dockerfile makes the item stale like changed metadata does, without starting <c>crcache</c> to find out.
/// </summary>
internal static class InputStamp
{
    // What builds and editors write in a folder that may also be a Dockerfile's context.
    private static readonly string[] s_ignored = ["obj", ".git", ".vs", "TestResults"];

    /// <summary>The stamp, or null for an item that names no files.</summary>
    /// <param name="metadata">The item's metadata, whose names may be written in any case.</param>
    /// <param name="directory">The project's directory.</param>
    public static string? Of(IReadOnlyDictionary<string, string> metadata, string directory)
    {
        var entries = new List<string>();
        if (metadata.TryGetValue("Setup", out var setup))
        {
            entries.AddRange(SetupFiles.Find(setup, directory, out _).Select(Seen));
        }

        if (metadata.TryGetValue("Files", out var files))
        {
            entries.AddRange(CopiedEntry.Parse(files).SelectMany(entry => entry.Find(directory)).Select(file => Seen(file.Path)));
        }

        if (metadata.TryGetValue("Preset", out var preset) && preset.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            entries.Add(Content(Path.Combine(directory, preset)));
        }

        var presets = PresetFolders.Of(directory)
            .Where(folder => PresetFolders.WhyNot(folder, directory) is null)
            .SelectMany(folder => Directory.GetFiles(folder, "*.json"));
        entries.AddRange(presets.OrderBy(path => path, StringComparer.Ordinal).Select(Content));
        if (metadata.TryGetValue("Dockerfile", out var dockerfile) && dockerfile.Trim().Length > 0)
        {
            var context = new DirectoryInfo(Path.GetDirectoryName(Path.GetFullPath(Path.Combine(directory, dockerfile.Trim())))!);
            entries.AddRange(context.Exists ? Context(context) : []);
        }

        return entries.Count == 0 ? null : ContentHash.Of(Encoding.UTF8.GetBytes(string.Join("\n", entries)));
    }

    private static string Content(string path) => path + " " + (File.Exists(path) ? ContentHash.Of(File.ReadAllBytes(path)) : "missing");

    // Set-up files and contexts can be large: time and length tell as much as MSBuild itself goes by. Those of a link are not those
    // of the file that it leads to.
    private static string Seen(string path)
    {
        var file = new FileInfo(path);
        return file.Attributes.HasFlag(FileAttributes.ReparsePoint) ? Content(path) : Seen(file, file.Length);
    }

    private static IEnumerable<string> Context(DirectoryInfo folder)
    {
        foreach (var file in folder.GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            yield return Seen(file, file.Length);
        }

        var children = folder.GetDirectories().Where(child => !s_ignored.Contains(child.Name));
        foreach (var entry in children.OrderBy(child => child.Name, StringComparer.Ordinal).SelectMany(Entries))
        {
            yield return entry;
        }
    }

    // A link goes into the context as a link, and may lead to a folder above.
    private static IEnumerable<string> Entries(DirectoryInfo child) =>
        child.Attributes.HasFlag(FileAttributes.ReparsePoint) ? [Seen(child, 0)] : Context(child);

    private static string Seen(FileSystemInfo entry, long length) =>
        string.Format(CultureInfo.InvariantCulture, "{0} {1} {2}", entry.FullName, length, entry.LastWriteTimeUtc.Ticks);
}
