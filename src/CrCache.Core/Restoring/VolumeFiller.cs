using CrCache.Engines;

namespace CrCache.Restoring;

/// <summary>Fills the volumes of a container that was created and not started yet: an image does not hold them.</summary>
/// <param name="contents">Files by directory in the container.</param>
/// <param name="open">Opens such a file: a tar whose first entry is the directory itself.</param>
internal sealed class VolumeFiller(IReadOnlyDictionary<string, string> contents, Func<string, Stream> open)
{
    /// <summary>Unpacks each into its directory.</summary>
    public async Task FillAsync(IEngine engine, string containerId, CancellationToken cancellationToken)
    {
        foreach (var (directory, file) in contents)
        {
            var tar = open(file);
            await using (tar.ConfigureAwait(false))
            {
                // The tar names the directory, so it is unpacked one level up.
                await engine.WriteArchiveAsync(containerId, Parent(directory), tar, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static string Parent(string directory)
    {
        var slash = directory.TrimEnd('/').LastIndexOf('/');
        return slash <= 0 ? "/" : directory[..slash];
    }
}
