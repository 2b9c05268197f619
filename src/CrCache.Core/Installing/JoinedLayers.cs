using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Files;
using CrCache.Tar;

namespace CrCache.Installing;

/// <summary>
/// The image layers of an unpacked archive, each put together when it is first asked for: where the memory can be restored, the
/// other file system is often not needed.
/// </summary>
internal sealed class JoinedLayers(ArchiveRecord record, WorkArea area, CancellationToken cancellationToken)
{
    private string? _memory;
    private string? _files;

    /// <summary>The layer that belongs to the memory.</summary>
    /// <exception cref="CrCacheException">The archive is damaged (CRC3008).</exception>
    public async Task<string> MemoryAsync() => _memory ??= await JoinAsync(record.Memory!).ConfigureAwait(false);

    /// <summary>The layers of the stopped container's files, the lowest first.</summary>
    /// <param name="withMemory">Whether that of the memory is to be among them, where it lies below.</param>
    /// <exception cref="CrCacheException">The archive is damaged (CRC3008).</exception>
    public async Task<IReadOnlyList<string>> FilesAsync(bool withMemory)
    {
        _files ??= await JoinAsync(record.Files!).ConfigureAwait(false);
        return withMemory && record.Files!.OnTopOfMemory ? [await MemoryAsync().ConfigureAwait(false), _files] : [_files];
    }

    private async Task<string> JoinAsync(ArchivedFileSystem archived)
    {
        try
        {
            var path = area.NewFile();
            using var changed = File.OpenRead(area.Member(archived.ChangedFiles));
            using var layer = PrivateFile.Create(path);
            var changes = new FileSystemChanges(
                await DeletedFiles.ReadAsync(area.Member(archived.DeletedFiles), cancellationToken).ConfigureAwait(false),
                archived.Replaced.Select(TarPath.FromText).ToArray());
            await Layer.JoinAsync(changed, changes, layer, cancellationToken).ConfigureAwait(false);
            return path;
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CrCacheException(
                ErrorCodes.BrokenArchive, $"{record.Spec.Name}: the checkpoint's files cannot be used: {e.Message}", e);
        }
    }
}
