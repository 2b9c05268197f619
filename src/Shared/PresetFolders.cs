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
}
