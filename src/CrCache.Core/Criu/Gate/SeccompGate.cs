namespace CrCache.Criu.Gate;

/// <summary>
/// Whether the processes of a dump may do no more system calls than a container's profile lets it. CRIU gives a restored process the
/// filters of the dump; the container's own are not asked.
/// </summary>
internal static class SeccompGate
{
    /// <summary>Evaluates the filters of every thread.</summary>
    /// <param name="directory">The dump.</param>
    /// <param name="profile">The container's profile, as the engine's API wants it.</param>
    /// <returns>Null, or why the dump is not to be restored.</returns>
    public static string? Refuse(string directory, string profile)
    {
        try
        {
            var images = SeccompImages.Read(directory);
            var policy = new SeccompPolicy(profile);
            foreach (var chain in images.Chains)
            {
                foreach (var (name, data) in policy.Denied())
                {
                    if (!Array.Exists(chain, filter => filter.AlwaysDenies(data)))
                    {
                        return $"its seccomp filters allow {name}, which the container's profile denies";
                    }
                }
            }

            return null;
        }
        catch (Exception e) when (e is InvalidDataException or NotUnderstoodException or IOException or UnauthorizedAccessException)
        {
            return $"its seccomp filters cannot be evaluated: {e.Message}";
        }
    }
}
