using CrCache.Specs;

namespace CrCache.Setup;

/// <summary>The folder of the set-up in a container: its files lie there to each other as they do here.</summary>
internal static class SetupFolder
{
    /// <summary>Its path, with a slash at the end.</summary>
    public const string Path = "/crcache-setup/";

    /// <summary>A path below it.</summary>
    public static string Inside(string place) => Path + place;

    /// <summary>The directory of a path below it.</summary>
    public static string DirectoryOf(string place) => Inside(place)[..Inside(place).LastIndexOf('/')];

    /// <summary>Output of the container in which files of the set-up have the names that people know.</summary>
    public static string WithNames(CheckpointSpec spec, string output) => Files(spec)
        .OrderByDescending(file => file.Place.Length)
        .Aggregate(output, (text, file) => text.Replace(Inside(file.Place), file.Name, StringComparison.Ordinal));

    /// <summary>Its files: their places, their names, and where they are here.</summary>
    public static IEnumerable<(string Place, string Name, string Path)> Files(CheckpointSpec spec) => spec.Setup
        .Select(step => (step.Place, step.Name, step.Path))
        .Concat(spec.Files.Where(file => !file.IsBeforeStart).Select(file => (file.Place, file.Name, file.Path)));
}
