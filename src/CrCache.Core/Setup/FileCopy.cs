using System.Security.Cryptography;
using CrCache.Compression;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Files;
using CrCache.Specs;
using CrCache.Tar;

namespace CrCache.Setup;

/// <summary>Copies files into a container, in pieces however large they are.</summary>
internal sealed class FileCopy(CheckpointSpec spec)
{
    private const int RunByAll = 0b111_101_101;

    /// <summary>The files that are to be there before a container starts: to be called between its creation and its start.</summary>
    /// <exception cref="CrCacheException">One is not any more what the key says, or cannot be read (CRC3006).</exception>
    public static Task BeforeStartAsync(IEngine engine, string containerId, CheckpointSpec spec, CancellationToken cancellationToken) =>
        new FileCopy(spec).RunAsync(
            engine, containerId, spec.Files.Where(file => file.IsBeforeStart).Select(file => Part.Of(file, file.Place)), cancellationToken);

    /// <summary>The files of the set-up, all at once: each may need the others.</summary>
    /// <exception cref="CrCacheException">One is not any more what the key says, or cannot be read (CRC3006).</exception>
    public static Task ForSetupAsync(IEngine engine, string containerId, CheckpointSpec spec, CancellationToken cancellationToken)
    {
        var beside = spec.Files.Where(file => !file.IsBeforeStart).Select(file => Part.Of(file, SetupFolder.Inside(file.Place)));
        return new FileCopy(spec).RunAsync(engine, containerId, spec.Setup.Select(Part.Of).Concat(beside), cancellationToken);
    }

    private async Task RunAsync(IEngine engine, string containerId, IEnumerable<Part> parts, CancellationToken cancellationToken)
    {
        var all = parts.ToArray();
        if (all.Length > 0)
        {
            using var tar = WrittenStream.Read((stream, token) => WriteAsync(all, new TarWriter(stream), token), cancellationToken);
            await engine.WriteArchiveAsync(containerId, "/", tar, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(Part[] parts, TarWriter writer, CancellationToken cancellationToken)
    {
        foreach (var folder in parts.SelectMany(part => OwnFolders(part.Target)).Distinct())
        {
            var member = new TarMember { Name = TarPath.FromText(folder), Type = TarType.Directory, Mode = RunByAll };
            await writer.WriteAsync(member, cancellationToken).ConfigureAwait(false);
        }

        foreach (var part in parts)
        {
            try
            {
                await WriteAsync(part, writer, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                throw Failure(part, $"cannot be read: {e.Message}", e);
            }
        }

        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    // Other folders are the image's, or come into being with the file: one that is named in a tar gets that one's mode.
    private static IEnumerable<string> OwnFolders(string target)
    {
        for (var slash = target.IndexOf('/', 1);
            slash > 0 && target.StartsWith(SetupFolder.Path, StringComparison.Ordinal);
            slash = target.IndexOf('/', slash + 1))
        {
            yield return target[1..slash];
        }
    }

    private async Task WriteAsync(Part part, TarWriter writer, CancellationToken cancellationToken)
    {
        var member = new TarMember
        {
            Name = TarPath.FromText(part.Target[1..]),
            Type = TarType.File,
            Mode = part.Mode,
            Uid = part.Owner,
            Gid = part.Owner,
        };
        var file = File.OpenRead(part.Path);
        await using (file.ConfigureAwait(false))
        {
            if (part.IsUnpacked)
            {
                Check(part, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false)));

                // A tar says first how long a file is.
                var length = await CompressedFile.ReadAsync(file, content => LengthAsync(content, cancellationToken)).ConfigureAwait(false);
                await CompressedFile.ReadAsync(file, content => WriteAsync(content, length)).ConfigureAwait(false);
            }
            else
            {
                using var hashed = new HashedStream(file);
                await WriteAsync(hashed, file.Length).ConfigureAwait(false);
                Check(part, hashed.Sha256);
            }
        }

        async Task<long> WriteAsync(Stream content, long length)
        {
            await writer.WriteAsync(member with { Size = length }, content, cancellationToken).ConfigureAwait(false);
            return length;
        }
    }

    private static async Task<long> LengthAsync(Stream content, CancellationToken cancellationToken)
    {
        var counted = new CountingStream(content);
        await counted.CopyToAsync(Stream.Null, 1 << 17, cancellationToken).ConfigureAwait(false);
        return counted.Count;
    }

    // A normal start runs the files long after the build: what is run must be what the checkpoint's key says.
    private void Check(Part part, string sha256)
    {
        if (sha256 != part.Sha256)
        {
            throw Failure(part, "has changed since the checkpoint was made. Build again.");
        }
    }

    private CrCacheException Failure(Part part, string what, Exception? cause = null) =>
        new(ErrorCodes.SetupFailed, $"{spec.Name}: {part.Name} {what}", cause) { File = part.Path };

    private sealed record Part(string Name, string Path, string Sha256, string Target, int Mode)
    {
        public int Owner { get; init; }

        // Here, for the image need not have what it takes.
        public bool IsUnpacked { get; init; }

        public static Part Of(CopiedFile file, string target) =>
            new(file.Name, file.Path, file.Sha256, target, file.Mode) { Owner = file.Owner };

        public static Part Of(SetupStep step)
        {
            var packing = Packing.Of(step.Path);
            var target = SetupFolder.Inside(step.Place) + (packing?.Tool is null ? "" : packing.Extension);
            return new(step.Name, step.Path, step.Sha256, target, RunByAll) { IsUnpacked = packing is { Tool: null } };
        }
    }
}
