namespace CrCache.Core.Tests.Making;

/// <summary>What is said, at once: <see cref="Progress{T}"/> reports on other threads, later.</summary>
internal sealed class Said(List<string> lines) : IProgress<string>
{
    public void Report(string value) => lines.Add(value);
}
