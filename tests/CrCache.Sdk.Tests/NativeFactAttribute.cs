using System.Runtime.InteropServices;

namespace CrCache.Sdk.Tests;

/// <summary>A test that needs an engine and the command as machine code, which the packages have for one system.</summary>
public sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute() => Skip = EngineFactAttribute.WhyNot
        ?? (OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64 ? null : "crcache is machine code on Linux on x64 only");
}
