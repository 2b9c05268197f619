using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CrCache.Diagnostics;
using CrCache.Files;
using CrCache.Names;
using CrCache.Tar;

namespace CrCache.Engines.Docker;

/// <summary>
/// The tar of <c>docker save</c>, in all forms: layers by their digest (25 and later), compressed (containerd's store), under made-up
/// names (before).
/// </summary>
internal static class SavedImage
{
    private const string Blobs = "blobs/sha256/";

    /// <summary>Writes some of its layers to files.</summary>
    /// <param name="tar">The image.</param>
    /// <param name="files">The file to write by the layer's diff id.</param>
    /// <param name="others">The diff ids of its other layers: where the tar names layers by them, they need not be looked at.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task ExtractLayersAsync(
        Stream tar, IReadOnlyDictionary<string, string> files, IEnumerable<string> others, CancellationToken cancellationToken)
    {
        var missing = new HashSet<string>(files.Keys);
        var known = others.Except(files.Keys).Select(layer => Blobs + layer["sha256:".Length..]).ToHashSet();
        var reader = new TarReader(tar);
        while (missing.Count > 0 && await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } member)
        {
            if (member.Type != TarType.File || !MayBeLayer(member.Name) || known.Contains(member.Name))
            {
                continue;
            }

            var target = files[missing.First()] + ".part";
            var digest = await SaveAsync(reader.Content, target, cancellationToken).ConfigureAwait(false);
            if (missing.Remove(digest))
            {
                File.Move(target, files[digest], overwrite: true);
            }
            else
            {
                File.Delete(target);
            }
        }

        if (missing.Count > 0)
        {
            throw new CrCacheException(ErrorCodes.EngineCallFailed, $"The engine's copy of an image lacks its layer {missing.First()}.");
        }
    }

    /// <summary>The layers as the engine has them, the lowest first; none where the tar does not name them by their content.</summary>
    public static async Task<IReadOnlyList<LayerBlob>> ListLayersAsync(Stream tar, CancellationToken cancellationToken)
    {
        var blobs = new Dictionary<string, LayerBlob>(StringComparer.Ordinal);
        var names = Array.Empty<string>();
        var reader = new TarReader(tar);
        while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } member)
        {
            if (member.Name == "manifest.json")
            {
                var manifest = await JsonNode.ParseAsync(reader.Content, cancellationToken: cancellationToken).ConfigureAwait(false);
                names = manifest![0]!["Layers"]!.AsArray().Select(layer => layer!.GetValue<string>()).ToArray();
            }
            else if (member.Type == TarType.File && member.Name.StartsWith(Blobs, StringComparison.Ordinal))
            {
                var start = new byte[4];
                var length = await ReadStartAsync(reader.Content, start, cancellationToken).ConfigureAwait(false);
                var mediaType = LayerBlob.MediaTypeOf(start.AsSpan(0, length));
                blobs[member.Name] = new LayerBlob("sha256:" + member.Name[Blobs.Length..], member.Size, mediaType);
            }
        }

        return names.All(blobs.ContainsKey) ? Array.ConvertAll(names, name => blobs[name]) : [];
    }

    private static bool MayBeLayer(string name) =>
        name.StartsWith(Blobs, StringComparison.Ordinal) || name.EndsWith("/layer.tar", StringComparison.Ordinal);

    private static ValueTask<int> ReadStartAsync(Stream content, byte[] start, CancellationToken cancellationToken) =>
        content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);

    // What it is called says nothing reliable, its content does.
    private static async Task<string> SaveAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        using var sha = SHA256.Create();
        var start = new byte[2];
        var length = await ReadStartAsync(content, start, cancellationToken).ConfigureAwait(false);
        using var whole = new ConcatenatedStream(start.AsMemory(0, length), content);
        var isGzip = start.AsSpan(0, length) is [0x1f, 0x8b];
        using var plain = isGzip ? new GZipStream(whole, CompressionMode.Decompress) : (Stream)whole;
        using var hashed = new CryptoStream(plain, sha, CryptoStreamMode.Read);
        File.Delete(path);
        var file = PrivateFile.Create(path);
        await using (file.ConfigureAwait(false))
        {
            await hashed.CopyToAsync(file, 1 << 17, cancellationToken).ConfigureAwait(false);
        }

        return Digest.Of(sha);
    }
}
