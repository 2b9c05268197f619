namespace CrCache.Cli;

/// <summary>What crcache's exit code says; <c>crcache run</c> gives that of its command otherwise.</summary>
internal static class ExitCodes
{
    /// <summary>All was done.</summary>
    public const int Success = 0;

    /// <summary>At least one error was reported.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary><c>crcache run</c>: the command was not started, because crcache itself failed (as docker run does).</summary>
    public const int NotRun = 125;

    /// <summary><c>crcache run</c>: the command cannot be found or started.</summary>
    public const int CommandNotFound = 127;

    /// <summary>Ended by Ctrl+C or another signal, after cleaning up.</summary>
    public const int Interrupted = 130;
}
