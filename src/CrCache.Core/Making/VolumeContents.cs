using CrCache.Engines;
using CrCache.Files;

namespace CrCache.Making;

/// <summary>The volumes of a container that is to be captured: an image of it does not hold them.</summary>
internal sealed class VolumeContents
{
    private readonly IEngine _engine;
    private readonly Dictionary<string, VolumeRoot> _pristine;

    private VolumeContents(IEngine engine, Dictionary<string, VolumeRoot> pristine) => (_engine, _pristine) = (engine, pristine);

    /// <summary>Looks at them before the container is started.</summary>
    public static async Task<VolumeContents> BeforeStartAsync(
        IEngine engine, string id, IEnumerable<string> volumes, CancellationToken cancellationToken)
    {
        var roots = new Dictionary<string, VolumeRoot>();
        foreach (var volume in volumes)
        {
            roots[volume] = await ReadRootAsync(engine, id, volume, cancellationToken).ConfigureAwait(false);
        }

        return new VolumeContents(engine, roots);
    }

    /// <summary>Saves them as tars; one that is still as the image declared it needs no copy.</summary>
    /// <param name="id">The container, which has ended.</param>
    /// <param name="directory">Where the folder <c>volumes</c> is to be.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The path below the directory, with slashes, by directory in the container.</returns>
    public async Task<IReadOnlyDictionary<string, string>> SaveAsync(string id, string directory, CancellationToken cancellationToken)
    {
        var saved = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (volume, pristine) in _pristine)
        {
            var now = await ReadRootAsync(_engine, id, volume, cancellationToken).ConfigureAwait(false);
            if (now == pristine && now.Empty)
            {
                continue;
            }

            var file = $"volumes/volume-{saved.Count}.tar";
            var path = Path.Combine(directory, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var content = await _engine.ReadArchiveAsync(id, volume, cancellationToken).ConfigureAwait(false);
            var target = PrivateFile.Create(path);
            await using (target.ConfigureAwait(false))
            {
                await content.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
            }

            saved[volume] = file;
        }

        return saved;
    }

    private static async Task<VolumeRoot> ReadRootAsync(IEngine engine, string id, string volume, CancellationToken cancellationToken)
    {
        using var tar = await engine.ReadArchiveAsync(id, volume, cancellationToken).ConfigureAwait(false);
        return await VolumeRoot.ReadAsync(tar, cancellationToken).ConfigureAwait(false);
    }
}
