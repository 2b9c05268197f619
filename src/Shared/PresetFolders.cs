namespace CrCache.Shared;

/// <summary>Where a project's own presets lie. The tasks must see when one has changed without starting crcache.</summary>
internal static class PresetFolders
{
    /// <summary>The name of such a folder; looked for in the project's folder and all above it.</summary>
    public const string Name = "crcache-presets";

    /// <summary>The folders that may hold the project's own presets, the nearest first.</summary>
    public static IEnumerable<string> Of(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
        {
            var presets = Path.Combine(folder.FullName, Name);
            if (Directory.Exists(presets))
            {
                yield return presets;
            }
        }
    }

    /// <summary>
    /// Why nothing is taken from such a folder, or from a file in it; null where it may be. A preset says what runs, and above a
    /// project anybody may have made the folder: in <c>/tmp</c>, say. Whoever owns the project's folder decides what its build does
    /// anyway, which is another user than this one where a container builds as root. A group may write: that of a user alone is usual.
    /// </summary>
    /// <param name="path">The folder or the file.</param>
    /// <param name="directory">The project's folder.</param>
    public static string? WhyNot(string path, string directory)
    {
        if (FileStatus.Find(path, followLinks: true) is not { } target || FileStatus.Find(path, followLinks: false) is not { } own)
        {
            return null; // Not to be seen on this system, or not there: its reader finds out.
        }

        uint?[] trusted = [0, LibC.GetUser(), FileStatus.Find(directory, followLinks: true)?.User];
        return !trusted.Contains(own.User) || !trusted.Contains(target.User)
            ? $"{path} belongs to another user ({(trusted.Contains(own.User) ? target : own).User})"
            : target.IsWritableByAll ? $"all users can write to {path}" : null;
    }
}
