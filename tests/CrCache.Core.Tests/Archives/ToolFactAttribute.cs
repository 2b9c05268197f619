namespace CrCache.Core.Tests.Archives;

/// <summary>A test that needs programs of Linux.</summary>
public sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(params string[] programs) => Skip =
        !OperatingSystem.IsLinux() ? "the programs are those of Linux"
        : programs.FirstOrDefault(program => Tool.Find(program) is null) is { } missing ? $"this machine has no {missing}" : null;
}
