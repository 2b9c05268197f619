using System.Globalization;
using System.Text.RegularExpressions;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Specs;

namespace CrCache.Setup;

/// <summary>What is said of a set-up file that failed: its output, where in which file, and what may be the cause.</summary>
internal static partial class SetupFailure
{
    // What a shell says of what it cannot run: it may not be run, or it is not there.
    private const int NotRun = 126;
    private const int NotFound = 127;

    /// <summary>The failure of a step.</summary>
    /// <param name="spec">What it is a step of.</param>
    /// <param name="step">The step.</param>
    /// <param name="result">What running it gave.</param>
    /// <param name="hasNetwork">Whether its container has one.</param>
    public static CrCacheException Of(CheckpointSpec spec, SetupStep step, ExecResult result, bool hasNetwork)
    {
        var output = SetupFolder.WithNames(spec, result.Output).Trim();
        var hint = Hint(result, hasNetwork);
        if (result.ExitCode is null)
        {
            return new CrCacheException(
                ErrorCodes.SetupTimedOut,
                $"{spec.Name}: {step.Name} had not ended after {spec.TimeoutSeconds} s. Set Timeout on the item if it needs longer.{hint} "
                + $"Its output so far:\n{output}")
            {
                File = step.Path,
            };
        }

        // The file that the output names may be one that the step's includes.
        var line = LineNumber().Match(result.Output);
        var named = SetupFolder.Files(spec).FirstOrDefault(file => line.Groups["file"].Value == SetupFolder.Inside(file.Place)).Path;
        return new CrCacheException(
            ErrorCodes.SetupFailed, $"{spec.Name}: {step.Name} failed with exit code {result.ExitCode}:{hint}\n{output}")
        {
            File = named ?? step.Path,
            Line = line.Success ? int.Parse(line.Groups["line"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : null,
        };
    }

    private static string Hint(ExecResult result, bool hasNetwork) =>
        result.ExitCode is NotRun or NotFound && NoInterpreter().IsMatch(result.Output)
            ? " The image does not have what its first line (#!) names."
        : !hasNetwork && NoNetwork().IsMatch(result.Output)
            ? " There is no network while a checkpoint is made. Fetch it before and name it in Files, or in a Dockerfile; a container "
                + "whose Ready is tcp or http has one until it is dumped."
        : "";

    // "at line 3" (mysql, mariadb), "file.sql:3:" (psql), "file.sh: 3:" (dash), "file.sh: line 3:" (bash).
    [GeneratedRegex("""at line (?<line>\d+)|(?<file>/[^:\n]*\.\w+|\.\w+):\s?(?:line )?(?<line>\d+):""")]
    private static partial Regex LineNumber();

    // curl, wget, apt, git, pip, npm, .NET, glibc, musl.
    [GeneratedRegex(
        "could ?n.t resolve|could not resolve|unable to resolve|bad address|name resolution|name or service not known|unknown host"
        + "|network is unreachable|failed to lookup address|EAI_AGAIN|ENOTFOUND|no such host",
        RegexOptions.IgnoreCase)]
    private static partial Regex NoNetwork();

    // dash and busybox, bash.
    [GeneratedRegex("exec: .*not found|required file not found|bad interpreter", RegexOptions.IgnoreCase)]
    private static partial Regex NoInterpreter();
}
