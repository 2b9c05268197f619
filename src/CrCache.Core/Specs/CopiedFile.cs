using System.Text.Json.Serialization;

namespace CrCache.Specs;

/// <summary>A file that is copied into the container.</summary>
/// <param name="Name">Its path as the user sees it, relative to the project.</param>
/// <param name="Path">Its full path here.</param>
/// <param name="Sha256">The hash of its content, hexadecimal.</param>
/// <param name="Place">
/// Its path in the container, with slashes: from the root on where it is there before the start, else below the folder of the set-up.
/// </param>
/// <param name="Mode">What may be done with it there, and by whom.</param>
public sealed record CopiedFile(string Name, string Path, string Sha256, string Place, int Mode)
{
    /// <summary>The number of the user and the group there whose it is.</summary>
    public int Owner { get; init; }

    /// <summary>Whether it is there before the container starts.</summary>
    [JsonIgnore]
    public bool IsBeforeStart => Place.StartsWith('/');
}
