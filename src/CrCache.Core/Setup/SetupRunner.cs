using System.Formats.Tar;
using System.Globalization;
using System.Text.RegularExpressions;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Shared;
using CrCache.Specs;

namespace CrCache.Setup;

/// <summary>Copies an item's set-up files into a ready container and runs them one after the other.</summary>
internal static partial class SetupRunner
{
    private const string Folder = "crcache-setup";

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

        var inside = new Dictionary<SetupStep, string>();
        using (var tar = Pack(spec, inside))
        {
            await engine.WriteArchiveAsync(containerId, "/", tar, cancellationToken).ConfigureAwait(false);
        }

        foreach (var step in spec.Setup)
        {
            progress.Report($"running {step.Name}");
            var command = step.Command.Select(word => word.Replace("{file}", inside[step], StringComparison.Ordinal)).ToArray();
            var timeout = TimeSpan.FromSeconds(spec.TimeoutSeconds);
            var result = await engine.ExecAsync(containerId, command, timeout, cancellationToken).ConfigureAwait(false);
            if (result.ExitCode != 0)
            {
                throw Failure(spec, step, result, inside[step]);
            }
        }
    }

    private static MemoryStream Pack(CheckpointSpec spec, Dictionary<SetupStep, string> inside)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            const UnixFileMode ReadAndRun = (UnixFileMode)0b101_101_101;
            writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, Folder) { Mode = ReadAndRun });
            foreach (var (step, index) in spec.Setup.Select((step, index) => (step, index)))
            {
                // The number keeps files of the same name in different folders apart.
                var name = string.Create(CultureInfo.InvariantCulture, $"{Folder}/{index + 1:000}-{Path.GetFileName(step.Path)}");
                var content = new MemoryStream(Read(spec, step));
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = ReadAndRun, DataStream = content });
                inside[step] = "/" + name;
            }
        }

        tar.Position = 0;
        return tar;
    }

    // A normal start runs the files long after the build: what is run must be what the checkpoint's key says.
    private static byte[] Read(CheckpointSpec spec, SetupStep step)
    {
        try
        {
            var content = File.ReadAllBytes(step.Path);
            return ContentHash.Of(content) == step.Sha256
                ? content
                : throw new CrCacheException(
                    ErrorCodes.SetupFailed, $"{spec.Name}: {step.Name} has changed since the checkpoint was made. Build again.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CrCacheException(ErrorCodes.SetupFailed, $"{spec.Name}: {step.Name} cannot be read: {e.Message}", e);
        }
    }

    private static CrCacheException Failure(CheckpointSpec spec, SetupStep step, ExecResult result, string inside)
    {
        var output = result.Output.Replace(inside, step.Name, StringComparison.Ordinal).Trim();
        if (result.ExitCode is null)
        {
            return new CrCacheException(
                ErrorCodes.SetupTimedOut,
                $"{spec.Name}: {step.Name} had not ended after {spec.TimeoutSeconds} s. Set Timeout on the item if it needs longer. "
                + $"Its output so far:\n{output}")
            {
                File = step.Path,
            };
        }

        var line = LineNumber().Match(result.Output);
        return new CrCacheException(ErrorCodes.SetupFailed, $"{spec.Name}: {step.Name} failed with exit code {result.ExitCode}:\n{output}")
        {
            File = step.Path,
            Line = line.Success ? int.Parse(line.Groups["line"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : null,
        };
    }

    // "at line 3" (mysql, mariadb), "file.sql:3:" (psql), "file.sh: 3:" (dash), "file.sh: line 3:" (bash).
    [GeneratedRegex("""at line (?<line>\d+)|\.\w+:\s?(?:line )?(?<line>\d+):""")]
    private static partial Regex LineNumber();
}
