namespace CrCache.Tests;

/// <summary>A command that has ended. Every assertion shows the whole log when it fails.</summary>
internal sealed record CommandResult(string CommandLine, int ExitCode, string Log)
{
    public CommandResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"expected success, got exit code {ExitCode}{Everything}");
        return this;
    }

    public CommandResult Failed()
    {
        Assert.True(ExitCode != 0, $"expected failure{Everything}");
        return this;
    }

    public CommandResult Says(params string[] texts)
    {
        var missing = texts.Where(text => !Log.Contains(text, StringComparison.Ordinal));
        Assert.True(!missing.Any(), $"expected \"{string.Join("\" and \"", missing)}\"{Everything}");
        return this;
    }

    public CommandResult DoesNotSay(string text)
    {
        Assert.False(Log.Contains(text, StringComparison.Ordinal), $"did not expect \"{text}\"{Everything}");
        return this;
    }

    public CommandResult Says(int times, string text)
    {
        var count = Log.Split(text).Length - 1;
        Assert.True(count == times, $"expected \"{text}\" {times} times, found it {count} times{Everything}");
        return this;
    }

    private string Everything => $"\n{CommandLine}\n{Log}";
}
