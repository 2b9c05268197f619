using System.Globalization;
using System.Text.RegularExpressions;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Specs;

namespace CrCache.Setup;

/// <summary>Copies an item's set-up files into a ready container and runs them one after the other.</summary>
internal static partial class SetupRunner
{
    // What a shell says of what it cannot run: it may not be run, or it is not there.
    private const int NotRun = 126;
    private const int NotFound = 127;

    // Files of a set-up are root's, whoever the container's user is.
    private const string Root = "0";

    /// <summary>Runs them all.</summary>
    /// <exception cref="CrCacheException">
    /// One failed (CRC3006, with file and line where its output tells them), or did not end in time (CRC3007).
    /// </exception>
    public static async Task RunAsync(
        IEngine engine, string containerId, CheckpointSpec spec, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (spec.Setup.Count == 0)
        {
            return;
        }

        await FileCopy.ForSetupAsync(engine, containerId, spec, cancellationToken).ConfigureAwait(false);
        foreach (var step in spec.Setup)
        {
            progress.Report($"running {step.Name}");
            await RunAsync(engine, containerId, spec, step, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task RunAsync(
        IEngine engine, string containerId, CheckpointSpec spec, SetupStep step, CancellationToken cancellationToken)
    {
        var inside = SetupFolder.Inside(step.Place);
        var packing = Packing.Of(step.Path);
        if (packing is { Tool: { } tool })
        {
            const string Unpack = "command -v \"$1\" >/dev/null || exit 127; \"$1\" \"$2\" >\"$3\" && chmod 755 \"$3\"";
            var unpacked = await ExecAsync(["sh", "-c", Unpack, "sh", tool, inside + packing.Extension, inside], Root).ConfigureAwait(false);
            if (unpacked.ExitCode == NotFound)
            {
                throw new CrCacheException(
                    ErrorCodes.SetupFailed,
                    $"{spec.Name}: {step.Name} cannot be unpacked: the image has no {tool}. Install it there, or compress the file by gzip or "
                    + "zstd, for which the image needs nothing.")
                {
                    File = step.Path,
                };
            }

            await CheckAsync(unpacked).ConfigureAwait(false);
        }

        await CheckAsync(await ExecAsync(
            [.. step.Command.Select(word => word.Replace("{file}", inside, StringComparison.Ordinal))], user: null).ConfigureAwait(false))
            .ConfigureAwait(false);
        if (packing is not null)
        {
            // Nobody knows of it, and it would be a part of the checkpoint. Where there is no rm it is one.
            await ExecAsync(["rm", "-f", inside, inside + packing.Extension], Root).ConfigureAwait(false);
        }

        async Task<ExecResult> ExecAsync(IReadOnlyList<string> words, string? user)
        {
            var command = new ContainerCommand(words) { Directory = SetupFolder.DirectoryOf(step.Place), User = user };
            var timeout = TimeSpan.FromSeconds(spec.TimeoutSeconds);
            return await engine.ExecAsync(containerId, command, timeout, cancellationToken).ConfigureAwait(false);
        }

        async Task CheckAsync(ExecResult result)
        {
            if (result.ExitCode != 0)
            {
                var hint = await HintAsync(engine, containerId, result, cancellationToken).ConfigureAwait(false);
                throw Failure(spec, step, result, hint);
            }
        }
    }

    private static CrCacheException Failure(CheckpointSpec spec, SetupStep step, ExecResult result, string hint)
    {
        var output = SetupFolder.WithNames(spec, result.Output).Trim();
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
        var included = SetupFolder.Files(spec)
            .FirstOrDefault(file => line.Groups["file"].Value == SetupFolder.Inside(file.Place)).Path;
        return new CrCacheException(
            ErrorCodes.SetupFailed, $"{spec.Name}: {step.Name} failed with exit code {result.ExitCode}:{hint}\n{output}")
        {
            File = included ?? step.Path,
            Line = line.Success ? int.Parse(line.Groups["line"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : null,
        };
    }

    private static async Task<string> HintAsync(
        IEngine engine, string containerId, ExecResult result, CancellationToken cancellationToken)
    {
        if (result.ExitCode is NotRun or NotFound && NoInterpreter().IsMatch(result.Output))
        {
            return " The image does not have what its first line (#!) names.";
        }

        return NoNetwork().IsMatch(result.Output)
            && await engine.FindContainerAsync(containerId, cancellationToken).ConfigureAwait(false) is { HasNetwork: false }
            ? " There is no network while a checkpoint is made. Fetch it before and name it in Files, or in a Dockerfile; a container whose "
                + "Ready is tcp or http has one until it is dumped."
            : "";
    }

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
