namespace CrCache.Specs;

/// <summary>A set-up file and the command that runs it in the container.</summary>
/// <param name="Name">The file's path as the user sees it, relative to the project.</param>
/// <param name="Path">Its full path here.</param>
/// <param name="Sha256">The hash of its content, hexadecimal.</param>
/// <param name="Command">What runs it; <c>{file}</c> stands for its path in the container.</param>
public sealed record SetupStep(string Name, string Path, string Sha256, IReadOnlyList<string> Command)
{
    /// <summary>Which entry of <c>Setup</c> names it, from 0 on: the files of an entry are one step of making a checkpoint.</summary>
    public int Entry { get; init; }

    /// <summary>
    /// Its path below the folder of the set-up in the container, with slashes: among all files of the set-up it lies there as it does
    /// here. Where it is compressed, the path of what it holds.
    /// </summary>
    public string Place { get; set; } = System.IO.Path.GetFileName(Path);
}
