namespace CrCache.Engines;

/// <summary>What a command in a container gave.</summary>
/// <param name="ExitCode">Its exit code, or null when it had not ended in time.</param>
/// <param name="Output">Its standard output and error in the order they came.</param>
public sealed record ExecResult(int? ExitCode, string Output);
