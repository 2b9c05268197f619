namespace CrCache.Tar;

/// <summary>What a member of a tar is; the values are those of its type flag.</summary>
internal enum TarType
{
    /// <summary>A file with content.</summary>
    File = '0',

    /// <summary>Another name of a file that stands before.</summary>
    HardLink = '1',

    /// <summary>A symbolic link.</summary>
    SymbolicLink = '2',

    /// <summary>A character device.</summary>
    CharacterDevice = '3',

    /// <summary>A block device.</summary>
    BlockDevice = '4',

    /// <summary>A directory.</summary>
    Directory = '5',

    /// <summary>A named pipe.</summary>
    Fifo = '6',
}
