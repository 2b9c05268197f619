using System.Formats.Tar;

namespace CrCache.Making;

/// <summary>A volume's own directory, and whether anything is in it.</summary>
internal sealed record VolumeRoot(UnixFileMode Mode, int Uid, int Gid, bool Empty)
{
    /// <summary>Reads no more of the tar than its first two entries.</summary>
    public static async Task<VolumeRoot> ReadAsync(Stream tar, CancellationToken cancellationToken)
    {
        var reader = new TarReader(tar, leaveOpen: true);
        await using (reader.ConfigureAwait(false))
        {
            var root = await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidDataException("The engine gave an empty tar.");
            var (mode, uid, gid) = (root.Mode, root.Uid, root.Gid);
            var second = await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false);
            return new VolumeRoot(mode, uid, gid, second is null);
        }
    }
}
