namespace CrCache.Compatibility;

/// <summary>The components whose versions matter.</summary>
public static class ComponentNames
{
    /// <summary>Docker's engine.</summary>
    public const string Docker = "docker";

    /// <summary>Podman's service.</summary>
    public const string Podman = "podman";

    /// <summary>The OCI runtime that crcache-runc calls.</summary>
    public const string Runc = "runc";

    /// <summary>What dumps and restores memory.</summary>
    public const string Criu = "criu";

    /// <summary>The kernel of the engine's machine.</summary>
    public const string Kernel = "kernel";
}
