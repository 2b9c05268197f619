namespace CrCache.Core.Tests;

/// <summary>A test that mounts a file system or becomes another user.</summary>
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute() => Skip = OperatingSystem.IsLinux() && Environment.UserName == "root" ? null : "only root can mount and become another user";
}
