namespace CrCache.Runtimes;

/// <summary>
/// The seccomp profile of containers that are to be dumped: what engines allow by default (moby/profiles, seccomp/default.json) to
/// a container of default capabilities, but io_uring is "not implemented", and so is clone3, as there.
/// </summary>
/// <remarks>
/// CRIU cannot dump io_uring. "Function not implemented" makes servers fall back to what they do on older kernels; the "not
/// permitted" of the engines' profile makes some of them give up. Of socket families those below AF_ALG are allowed: what is above
/// is for special hardware, and reaches out of the container where it is not (AF_VSOCK).
/// </remarks>
internal static class SeccompProfile
{
    /// <summary>The profile as the engine's API wants it.</summary>
    public static string WithoutIoUring { get; } = Read();

    // Nothing in it has spaces of its own, and its key must not depend on how the lines of a checkout end.
    private static string Read()
    {
        using var text = new StreamReader(typeof(SeccompProfile).Assembly.GetManifestResourceStream("seccomp.json")!);
        return string.Concat(text.ReadToEnd().Where(character => !char.IsWhiteSpace(character)));
    }
}
