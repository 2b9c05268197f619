namespace CrCache.Core.Tests;

/// <summary>A test of something that is for Linux only.</summary>
public sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "crcache-runc is for Linux";
}
