namespace CrCache.Engine.Tests;

/// <summary>A test that needs a program on the PATH.</summary>
public sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(string program) => Skip = Programs.WhyMissing(program);
}
