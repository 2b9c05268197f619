using System.IO.Compression;
using System.Text.RegularExpressions;
using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Runtimes;
using CrCache.Store;

namespace CrCache.Checkpoints;

/// <summary>
/// Carries dumps between the engine's machine and this one by nothing but the engine's API: through a container that is
/// created, never started, and has the directory of dumps mounted.
/// </summary>
internal static partial class DumpTransfer
{
    /// <summary>Where that container sees the dumps.</summary>
    public const string MountPoint = "/crcache-dumps";

    // In a dump, this tells crcache-runc that plain tmpfs contents are in it.
    private const string PlainMark = "crcache-plain-tmpfs";

    /// <summary>Reads a dump into an empty directory.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="container">A container made with <see cref="Mounts"/>.</param>
    /// <param name="dump">The dump's key.</param>
    /// <param name="directory">Where to.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task ReadAsync(IEngine engine, string container, string dump, string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        using var tar = await engine.ReadArchiveAsync(container, $"{MountPoint}/{dump}", cancellationToken).ConfigureAwait(false);
        var reader = new TarReader(tar);
        while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } member)
        {
            var name = TarPath.FileName(TarPath.Normalize(member.Name));
            if (member.Type != TarType.File)
            {
                continue;
            }

            var file = PrivateFile.Create(Path.Combine(directory, name));
            await using (file.ConfigureAwait(false))
            {
                await reader.Content.CopyToAsync(file, 1 << 17, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes a dump to the engine's machine, under the container's id as its key.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="container">A container made with <see cref="Mounts"/>.</param>
    /// <param name="directory">The dump.</param>
    /// <param name="scratch">A directory for what is needed meanwhile.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task WriteAsync(IEngine engine, string container, string directory, string scratch, CancellationToken cancellationToken)
    {
        var plain = await UnpackTemporaryFilesAsync(directory, scratch, cancellationToken).ConfigureAwait(false);
        using var tar = WrittenStream.Read(WriteMembersAsync, cancellationToken);
        await engine.WriteArchiveAsync(container, MountPoint, tar, cancellationToken).ConfigureAwait(false);

        async Task WriteMembersAsync(Stream output, CancellationToken token)
        {
            var writer = new TarWriter(output);
            await writer.WriteAsync(new TarMember { Name = container, Type = TarType.Directory, Mode = Convert.ToInt32("700", 8) }, token).ConfigureAwait(false);
            await writer.WriteAsync(new TarMember { Name = $"{container}/{PlainMark}", Type = TarType.File }, token).ConfigureAwait(false);
            foreach (var name in Names(directory))
            {
                var content = File.OpenRead(plain.GetValueOrDefault(name, Path.Combine(directory, name)));
                await using (content.ConfigureAwait(false))
                {
                    await writer.WriteAsync(new TarMember { Name = $"{container}/{name}", Type = TarType.File, Size = content.Length }, content, token).ConfigureAwait(false);
                }
            }

            await writer.FinishAsync(token).ConfigureAwait(false);
        }
    }

    /// <summary>What a container needs for this to reach the dumps through it.</summary>
    public static IReadOnlyDictionary<string, string> Mounts { get; } = new Dictionary<string, string> { [MountPoint] = CrCacheRuntime.Dumps };

    // The inventory last: crcache-runc takes a dump that has it for a whole one.
    private static IEnumerable<string> Names(string directory) =>
        Directory.EnumerateFiles(directory).Select(file => Path.GetFileName(file)).OrderBy(name => name == ArchiveLayout.Inventory).ThenBy(name => name, StringComparer.Ordinal);

    // A container has four or five tmpfs (/dev, /dev/shm, masks), and CRIU unpacks each with `tar --gzip`: two processes, and most
    // of the time that restoring its mounts takes (measured: 148 to 66 ms on a loaded machine, 39 to 13 at best). So they go to
    // the engine uncompressed, those without content as files of no length. The archive keeps them as CRIU wrote them.
    private static async Task<Dictionary<string, string>> UnpackTemporaryFilesAsync(string directory, string scratch, CancellationToken cancellationToken)
    {
        var plain = new Dictionary<string, string>();
        foreach (var path in Directory.EnumerateFiles(directory).Where(file => TemporaryFiles().IsMatch(Path.GetFileName(file))).ToArray())
        {
            var target = Path.Combine(scratch, $"plain-{plain.Count}.tar");
            await UnpackAsync(path, target, cancellationToken).ConfigureAwait(false);
            if (await IsUntouchedAsync(target, cancellationToken).ConfigureAwait(false))
            {
                File.WriteAllBytes(target, []);
            }

            plain[Path.GetFileName(path)] = target;
        }

        return plain;
    }

    private static async Task UnpackAsync(string path, string target, CancellationToken cancellationToken)
    {
        try
        {
            using var compressed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            using var file = PrivateFile.Create(target);
            await compressed.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw new CrCacheException(ErrorCodes.BrokenArchive, $"The dump's {Path.GetFileName(path)} is damaged: {e.Message}", e);
        }
    }

    // Nothing but its own directory, and that as the kernel makes it: nothing to unpack.
    private static async Task<bool> IsUntouchedAsync(string path, CancellationToken cancellationToken)
    {
        using var file = File.OpenRead(path);
        var reader = new TarReader(file);
        var root = await reader.NextAsync(cancellationToken).ConfigureAwait(false);
        var second = await reader.NextAsync(cancellationToken).ConfigureAwait(false);
        return second is null && root is null or { Uid: 0, Gid: 0, Mode: 0b1_111_111_111 };
    }

    [GeneratedRegex(@"\Atmpfs-.*\.tar\.gz\.img\z")]
    private static partial Regex TemporaryFiles();
}
