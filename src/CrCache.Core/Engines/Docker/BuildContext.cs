using System.Formats.Tar;

namespace CrCache.Engines.Docker;

/// <summary>The folder of a Dockerfile as the tar that the engine builds from, without what .dockerignore leaves out.</summary>
internal static class BuildContext
{
    /// <summary>Writes the tar to a temporary file that goes with its stream.</summary>
    public static async Task<Stream> CreateAsync(string dockerfile, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(dockerfile)!;
        var ignore = DockerIgnore.Read(folder);
        var tar = new FileStream(
            Path.Combine(Path.GetTempPath(), $"crcache-{Guid.NewGuid():N}.tar"),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous });
        var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                var name = Path.GetRelativePath(folder, path).Replace('\\', '/');

                if (path == dockerfile || !ignore.Ignores(name))
                {
                    await writer.WriteEntryAsync(path, name, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        tar.Position = 0;
        return tar;
    }
}
