namespace CrCache.Ownership;

/// <summary>The labels by which CrCache knows its containers again.</summary>
internal static class ContainerLabels
{
    /// <summary>On every container; its value says what the container is for.</summary>
    public const string Purpose = "crcache";

    /// <summary>The process that removes the container, as an <see cref="OwnerTag"/>.</summary>
    public const string Owner = "crcache.owner";

    /// <summary>The item's name.</summary>
    public const string Item = "crcache.name";

    /// <summary>A container that is made to be dumped: its id is also the key of its dump.</summary>
    public const string ForCheckpoint = "checkpoint";

    /// <summary>A container that tests use.</summary>
    public const string ForLease = "lease";

    /// <summary>A container that tries whether something works.</summary>
    public const string ForTrial = "trial";

    /// <summary>Whose something with these labels is; null where no owner of ours can be read in them.</summary>
    public static OwnerTag? OwnerOf(IReadOnlyDictionary<string, string> labels) => OwnerTag.Parse(labels.GetValueOrDefault(Owner, ""));

    /// <summary>The labels of a container of this process.</summary>
    public static Dictionary<string, string> Of(string purpose, string item) => new()
    {
        [Purpose] = purpose,
        [Item] = item,
        [Owner] = OwnerTag.Current.ToString(),
    };
}
