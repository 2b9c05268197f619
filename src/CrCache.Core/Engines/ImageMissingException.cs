namespace CrCache.Engines;

/// <summary>The engine does not have the image that a container was to be created from.</summary>
public sealed class ImageMissingException : Exception
{
    /// <summary>Creates the failure.</summary>
    public ImageMissingException(string image, Exception? innerException = null)
        : base($"The engine does not have the image '{image}'.", innerException) => Image = image;

    /// <summary>The image's name or id.</summary>
    public string Image { get; }
}
