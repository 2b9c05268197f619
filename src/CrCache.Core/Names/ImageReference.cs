namespace CrCache.Names;

/// <summary>
/// An image's name as users and engines write it: <c>[host[:port]/]repository[:tag][@digest]</c>. Any text can be read; whether there is
/// such an image the engine says.
/// </summary>
public sealed record ImageReference
{
    /// <summary>The registry of names without a host.</summary>
    public const string DockerHub = "docker.io";

    // Docker Hub's name in the time before the one that it has now.
    private const string FormerHub = "index.docker.io";

    private ImageReference(string name, string? tag, string? digest)
    {
        (Name, Tag, Digest) = (name, tag, digest);

        // Docker's rule: a first part without a dot or a port, and all in small letters, is a folder on Docker Hub.
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        var isHost = first == "localhost" || first.AsSpan().IndexOfAny('.', ':') >= 0 || first.Any(char.IsAsciiLetterUpper);
        Registry = !isHost || first == FormerHub ? DockerHub : first;
        Repository = isHost ? name[(slash + 1)..] : name;
    }

    /// <summary>Host and port of the registry; <see cref="DockerHub"/> where the name has none.</summary>
    public string Registry { get; }

    /// <summary>The repository's name in its registry, as written: <c>mysql</c>, <c>team/mysql</c>.</summary>
    public string Repository { get; }

    /// <summary>All before tag and digest, as written: <c>mysql</c>, <c>registry.example:5000/team/mysql</c>.</summary>
    public string Name { get; }

    /// <summary>The tag, or null.</summary>
    public string? Tag { get; }

    /// <summary>The digest, <c>sha256:…</c>, or null.</summary>
    public string? Digest { get; }

    /// <summary>Reads a name.</summary>
    public static ImageReference Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var tagged = at < 0 ? text : text[..at];
        var digest = at < 0 ? null : text[(at + 1)..];

        // A colon before the last slash is that of a port.
        var colon = tagged.LastIndexOf(':');
        return colon > tagged.LastIndexOf('/')
            ? new ImageReference(tagged[..colon], tagged[(colon + 1)..], digest)
            : new ImageReference(tagged, null, digest);
    }

    /// <summary>The one image that is meant, where none is named: that of the tag <c>latest</c>.</summary>
    public ImageReference OrLatest() => Tag is null && Digest is null ? new ImageReference(Name, "latest", null) : this;

    /// <inheritdoc />
    public override string ToString() => Name + (Tag is null ? "" : $":{Tag}") + (Digest is null ? "" : $"@{Digest}");
}
