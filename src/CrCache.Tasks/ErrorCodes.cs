namespace CrCache.Tasks;

/// <summary>The codes that the tasks report themselves; all others come from <c>crcache</c>. Explained in docs/errors.md.</summary>
internal static class ErrorCodes
{
    /// <summary>Two items have one name, or names that give the same environment variables.</summary>
    public const string DuplicateName = "CRC2001";

    /// <summary>An item's name cannot be a file name and part of a variable's name.</summary>
    public const string BadName = "CRC2002";

    /// <summary><c>crcache</c> cannot be started.</summary>
    public const string ToolNotStarted = "CRC5002";

    /// <summary><c>crcache</c> failed and did not say why.</summary>
    public const string ToolFailed = "CRC5003";

    /// <summary>The user's run settings cannot be read.</summary>
    public const string BadRunSettings = "CRC5006";

    /// <summary>A file that the build needs, or writes, cannot be read or written.</summary>
    public const string FileNotUsable = "CRC5007";
}
