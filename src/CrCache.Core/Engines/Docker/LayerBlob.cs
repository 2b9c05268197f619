using CrCache.Compression;

namespace CrCache.Engines.Docker;

/// <summary>A layer as an image's manifest names it: compressed or not, as the engine has it.</summary>
/// <param name="Digest">The digest of the blob.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="MediaType">How it is compressed.</param>
internal sealed record LayerBlob(string Digest, long Size, string MediaType)
{
    /// <summary>The type of a layer that is not compressed.</summary>
    public const string Plain = "application/vnd.oci.image.layer.v1.tar";

    /// <summary>The type by the first bytes of a layer.</summary>
    public static string MediaTypeOf(ReadOnlySpan<byte> start) =>
        CompressedFile.NameOf(start) is { } compression ? $"{Plain}+{compression}" : Plain;
}
