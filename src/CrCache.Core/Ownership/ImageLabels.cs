using System.Globalization;

namespace CrCache.Ownership;

/// <summary>
/// The labels of images. A container inherits those of its image: what containers are known by must not be among them, or somebody's
/// own container of such an image would be taken for one of ours.
/// </summary>
internal static class ImageLabels
{
    /// <summary>The id of the store whose records name the image.</summary>
    public const string Store = "crcache.image.store";

    /// <summary>The key of the checkpoint that it is a part of.</summary>
    public const string Key = "crcache.image.key";

    /// <summary>The user and the machine of that store, for people.</summary>
    public const string User = "crcache.image.user";

    /// <summary>When it was made, by the engine's clock. What an engine says itself is that of the image below, or nothing.</summary>
    public const string Time = "crcache.image.time";

    /// <summary>Of an image that is needed for a moment: the process that removes it, as an <see cref="OwnerTag"/>.</summary>
    public const string Owner = "crcache.image.owner";

    /// <summary>
    /// The labels of an image of a checkpoint. An image that is made of a container inherits its labels: they are emptied.
    /// </summary>
    public static Dictionary<string, string> Of(string store, string key, DateTimeOffset time) => new(s_emptied)
    {
        [Store] = store,
        [Key] = key,
        [Time] = time.ToString("O", CultureInfo.InvariantCulture),
        [User] = $"{Environment.UserName}@{Environment.MachineName}",
    };

    /// <summary>The labels of an image that this process needs for a moment.</summary>
    public static Dictionary<string, string> ForMoment() => new(s_emptied) { [Owner] = OwnerTag.Current.ToString() };

    private static readonly Dictionary<string, string> s_emptied = new()
    {
        [ContainerLabels.Purpose] = "",
        [ContainerLabels.Item] = "",
        [ContainerLabels.Owner] = "",
    };
}
