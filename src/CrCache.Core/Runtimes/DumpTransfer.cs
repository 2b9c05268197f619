using System.Security.Cryptography;
using System.Text;
using CrCache.Criu;
using CrCache.Engines;
using CrCache.Files;
using CrCache.Tar;

namespace CrCache.Runtimes;

/// <summary>
/// Carries dumps between the engine's machine and this one by nothing but the engine's API: through a container that is
/// created, never started, and has the directory of dumps mounted.
/// </summary>
internal static class DumpTransfer
{
    /// <summary>Where that container sees the dumps.</summary>
    public const string MountPoint = "/crcache-dumps";

    // In a dump, this tells crcache-runc that plain tmpfs contents are in it.
    private const string PlainMark = "crcache-plain-tmpfs";

    // In a dump, this is what crcache-runc must be told to restore it: a dump's key is no secret, for it names images as well.
    private const string SecretFile = "crcache-secret";

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
            if (member.Type != TarType.File || name == SecretFile)
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
    /// <returns>The secret with which alone it can be restored.</returns>
    public static async Task<string> WriteAsync(
        IEngine engine, string container, string directory, string scratch, CancellationToken cancellationToken)
    {
        var plain = await TmpfsContents.UnpackAsync(directory, scratch, cancellationToken).ConfigureAwait(false);
        var secret = RandomNumberGenerator.GetBytes(32);
        using var tar = WrittenStream.Read(WriteMembersAsync, cancellationToken);
        await engine.WriteArchiveAsync(container, MountPoint, tar, cancellationToken).ConfigureAwait(false);
        return Convert.ToHexStringLower(secret);

        async Task WriteMembersAsync(Stream output, CancellationToken token)
        {
            var writer = new TarWriter(output);
            var folder = new TarMember { Name = container, Type = TarType.Directory, Mode = Convert.ToInt32("700", 8) };
            await writer.WriteAsync(folder, token).ConfigureAwait(false);
            await writer.WriteAsync(new TarMember { Name = $"{container}/{PlainMark}", Type = TarType.File }, token).ConfigureAwait(false);
            await WriteSecretAsync(writer, container, secret, token).ConfigureAwait(false);
            foreach (var name in Names(directory))
            {
                var content = File.OpenRead(plain.GetValueOrDefault(name, Path.Combine(directory, name)));
                await using (content.ConfigureAwait(false))
                {
                    var file = new TarMember { Name = $"{container}/{name}", Type = TarType.File, Size = content.Length };
                    await writer.WriteAsync(file, content, token).ConfigureAwait(false);
                }
            }

            await writer.FinishAsync(token).ConfigureAwait(false);
        }
    }

    /// <summary>Gives a dump that lies on the engine's machine a secret.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="container">A container made with <see cref="Mounts"/>.</param>
    /// <param name="dump">The dump's key.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The secret with which alone it can be restored from then on.</returns>
    public static async Task<string> ProtectAsync(IEngine engine, string container, string dump, CancellationToken cancellationToken)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        using var tar = new MemoryStream();
        var writer = new TarWriter(tar);
        await WriteSecretAsync(writer, dump, secret, cancellationToken).ConfigureAwait(false);
        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        tar.Position = 0;
        await engine.WriteArchiveAsync(container, MountPoint, tar, cancellationToken).ConfigureAwait(false);
        return Convert.ToHexStringLower(secret);
    }

    private static ValueTask WriteSecretAsync(TarWriter writer, string dump, byte[] secret, CancellationToken cancellationToken)
    {
        var text = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret) + "\n");
        var member = new TarMember
        {
            Name = $"{dump}/{SecretFile}",
            Type = TarType.File,
            Size = text.Length,
            Mode = Convert.ToInt32("600", 8),
        };
        return writer.WriteAsync(member, new MemoryStream(text), cancellationToken);
    }

    /// <summary>What a container needs for this to reach the dumps through it.</summary>
    public static IReadOnlyDictionary<string, string> Mounts { get; } =
        new Dictionary<string, string> { [MountPoint] = CrCacheRuntime.Dumps };

    // The inventory last: crcache-runc takes a dump that has it for a whole one.
    private static IEnumerable<string> Names(string directory) =>
        Directory.EnumerateFiles(directory)
            .Select(file => Path.GetFileName(file))
            .OrderBy(name => name == DumpFiles.Inventory)
            .ThenBy(name => name, StringComparer.Ordinal);
}
