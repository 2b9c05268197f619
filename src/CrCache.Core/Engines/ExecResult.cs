namespace CrCache.Engines;

/// <summary>What a command in a container gave: its exit code and its standard output and error in the order they came.</summary>
public sealed record ExecResult(int ExitCode, string Output);
