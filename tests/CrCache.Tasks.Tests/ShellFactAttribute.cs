namespace CrCache.Tasks.Tests;

/// <summary>A test whose made-up <c>crcache</c> is a shell script.</summary>
internal sealed class ShellFactAttribute : FactAttribute
{
    public ShellFactAttribute() => Skip = File.Exists(FakeTool.Shell) ? null : $"there is no {FakeTool.Shell}";
}
