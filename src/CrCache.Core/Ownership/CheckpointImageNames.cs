using CrCache.Names;

namespace CrCache.Ownership;

/// <summary>
/// The names of checkpoints' images. Each is tagged with the id of the container that it was made with or for, so that
/// whoever finds such a container without its owner can remove the image as well.
/// </summary>
internal static class CheckpointImageNames
{
    /// <summary>The repository of all of them.</summary>
    public const string Repository = "crcache/checkpoint";

    /// <summary>The repository of images that are needed for a moment only, to ask the runtime something.</summary>
    public const string TrialRepository = "crcache/trial";

    private const string Clean = "-files";

    /// <summary>The frozen file system that belongs to a dump; also what a container's file system is committed to.</summary>
    public static string Of(string containerId) => $"{Repository}:{containerId}";

    /// <summary>The file system of the container that was stopped.</summary>
    public static string CleanOf(string containerId) => $"{Repository}:{containerId}{Clean}";

    /// <summary>The container that an image was made with or for; null where the image is none of these.</summary>
    public static string? ContainerOf(string image)
    {
        var id = image.StartsWith(Repository + ":", StringComparison.Ordinal) ? image[(Repository.Length + 1)..] : "";
        id = id.EndsWith(Clean, StringComparison.Ordinal) ? id[..^Clean.Length] : id;
        return KeyShape.IsOne(id) ? id : null;
    }
}
