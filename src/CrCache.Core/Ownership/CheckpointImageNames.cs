namespace CrCache.Ownership;

/// <summary>
/// The names of checkpoints' images. Each is tagged with the id of the container that it was made with or for, so that
/// whoever finds such a container without its owner can remove the image as well.
/// </summary>
internal static class CheckpointImageNames
{
    /// <summary>The repository of all of them.</summary>
    public const string Repository = "crcache/checkpoint";

    /// <summary>The frozen file system that belongs to a dump; also what a container's file system is committed to.</summary>
    public static string Of(string containerId) => $"{Repository}:{containerId}";

    /// <summary>The file system of the container that was stopped.</summary>
    public static string CleanOf(string containerId) => $"{Repository}:{containerId}-files";
}
