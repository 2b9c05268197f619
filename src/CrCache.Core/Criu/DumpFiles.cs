namespace CrCache.Criu;

/// <summary>Files of a dump that others must know by name.</summary>
internal static class DumpFiles
{
    /// <summary>CRIU's first image; it is written last wherever a dump goes, so a dump that has it is whole.</summary>
    public const string Inventory = "inventory.img";
}
