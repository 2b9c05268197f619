using System.IO.Compression;
using System.Text.RegularExpressions;
using CrCache.Diagnostics;
using CrCache.Files;
using CrCache.Tar;

namespace CrCache.Runtimes;

/// <summary>
/// The contents of a container's tmpfs in a dump. It has four or five of them (/dev, /dev/shm, masks), and CRIU unpacks each with
/// `tar --gzip`: two processes, and most of the time that restoring its mounts takes (measured: 148 to 66 ms on a loaded machine,
/// 39 to 13 at best). So they go to the engine uncompressed, those without content as files of no length. The archive keeps them
/// as CRIU wrote them.
/// </summary>
internal static partial class TmpfsContents
{
    /// <summary>Uncompresses those of a dump.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="scratch">Where to.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What is to stand in place of a file of the dump, by its name there.</returns>
    /// <exception cref="CrCacheException">One is damaged (CRC3008).</exception>
    public static async Task<Dictionary<string, string>> UnpackAsync(string dump, string scratch, CancellationToken cancellationToken)
    {
        var plain = new Dictionary<string, string>();
        foreach (var path in Directory.EnumerateFiles(dump).Where(file => Contents().IsMatch(Path.GetFileName(file))).ToArray())
        {
            var target = Path.Combine(scratch, Path.GetRandomFileName());
            try
            {
                await DecompressAsync(path, target, cancellationToken).ConfigureAwait(false);
            }
            catch (InvalidDataException e)
            {
                throw new CrCacheException(ErrorCodes.BrokenArchive, $"The dump's {Path.GetFileName(path)} is damaged: {e.Message}", e);
            }

            if (await IsUntouchedAsync(target, cancellationToken).ConfigureAwait(false))
            {
                File.WriteAllBytes(target, []);
            }

            plain[Path.GetFileName(path)] = target;
        }

        return plain;
    }

    private static async Task DecompressAsync(string path, string target, CancellationToken cancellationToken)
    {
        using var file = File.OpenRead(path);
        using var compressed = new GZipStream(file, CompressionMode.Decompress);
        using var plain = PrivateFile.Create(target);
        await new CountingStream(compressed, ContentLimit.Of(file.Length)).CopyToAsync(plain, cancellationToken).ConfigureAwait(false);
    }

    // Nothing but its own directory, and that as the kernel makes it: nothing to unpack.
    private static async Task<bool> IsUntouchedAsync(string path, CancellationToken cancellationToken)
    {
        using var file = File.OpenRead(path);
        var reader = new TarReader(file);
        try
        {
            var root = await reader.NextAsync(cancellationToken).ConfigureAwait(false);
            var second = await reader.NextAsync(cancellationToken).ConfigureAwait(false);
            return second is null && root is null or { Uid: 0, Gid: 0, Mode: 0b1_111_111_111 };
        }
        catch (InvalidDataException)
        {
            // CRIU calls tar with --sparse, and a file with holes is of a kind that only GNU tar knows. The one that unpacks it does.
            return false;
        }
    }

    [GeneratedRegex(@"\Atmpfs-.*\.tar\.gz\.img\z")]
    private static partial Regex Contents();
}
