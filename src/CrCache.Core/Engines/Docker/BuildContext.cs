using System.Formats.Tar;
using CrCache.Diagnostics;
using CrCache.Files;

namespace CrCache.Engines.Docker;

/// <summary>The folder of a Dockerfile as the tar that the engine builds from, without what .dockerignore leaves out.</summary>
internal sealed class BuildContext
{
    // Of errors of the system, an exception has the system's number.
    private const int NoSystemError = unchecked((int)0x80131620);
    private readonly string _dockerfile;
    private readonly string _folder;
    private readonly DockerIgnore _ignore;

    private BuildContext(string dockerfile)
    {
        _dockerfile = dockerfile;
        _folder = Path.GetDirectoryName(dockerfile)!;
        _ignore = DockerIgnore.Read(_folder);
    }

    /// <summary>Opens the tar, which is written as it is read and never lies on the disk.</summary>
    /// <param name="dockerfile">The Dockerfile's whole path.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="CrCacheException">A pattern of .dockerignore is malformed, or a file cannot be read (CRC1008).</exception>
    public static Stream Open(string dockerfile, CancellationToken cancellationToken)
    {
        try
        {
            return WrittenStream.Read(new BuildContext(dockerfile).WriteAsync, cancellationToken);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw CannotBeSent(dockerfile, DockerIgnore.FileName, e);
        }
    }

    private static CrCacheException CannotBeSent(string dockerfile, string name, Exception e) =>
        new(ErrorCodes.ImageNotBuilt, $"The image of {dockerfile} cannot be built: {name} cannot be used: {e.Message}", e);

    private async Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        await using (tar.ConfigureAwait(false))
        {
            await WriteFolderAsync(tar, "", cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteFolderAsync(TarWriter tar, string folder, CancellationToken cancellationToken)
    {
        foreach (var entry in Entries(folder))
        {
            var name = folder + entry.Name;
            var isFolder = entry is DirectoryInfo && entry.LinkTarget is null;
            var ignored = _ignore.Ignores(name) && !IsAlwaysSent(name);
            if (!ignored)
            {
                await WriteEntryAsync(tar, entry.FullName, isFolder ? name + "/" : name, cancellationToken).ConfigureAwait(false);
            }

            // Links are sent as links: what they lead to is the image's business, and may be this folder again.
            if (isFolder && (!ignored || _ignore.MayTakeBackIn(name)))
            {
                await WriteFolderAsync(tar, name + "/", cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private IEnumerable<FileSystemInfo> Entries(string folder)
    {
        try
        {
            var directory = new DirectoryInfo(Path.Combine(_folder, folder));
            return directory.GetFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotBeSent(_dockerfile, folder, e);
        }
    }

    private async Task WriteEntryAsync(TarWriter tar, string path, string name, CancellationToken cancellationToken)
    {
        try
        {
            await tar.WriteEntryAsync(path, name, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (e.HResult == NoSystemError)
        {
            // What a tar cannot hold, a socket for instance; docker leaves it out too.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotBeSent(_dockerfile, name, e);
        }
    }

    private bool IsAlwaysSent(string name) => name == DockerIgnore.FileName || name == Path.GetFileName(_dockerfile);
}
