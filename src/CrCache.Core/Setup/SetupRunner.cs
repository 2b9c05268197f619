using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Specs;

namespace CrCache.Setup;

/// <summary>Copies an item's set-up files into a ready container and runs them one after the other.</summary>
internal static class SetupRunner
{
    // What the shell below says of what is not there.
    private const int NotFound = 127;
    private const string Unpack = "command -v \"$1\" >/dev/null || exit 127; \"$1\" \"$2\" >\"$3\" && chmod 755 \"$3\"";

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
            await new Step(engine, containerId, spec, step).RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private sealed record Step(IEngine Engine, string ContainerId, CheckpointSpec Spec, SetupStep File)
    {
        private readonly string _inside = SetupFolder.Inside(File.Place);
        private readonly Packing? _packing = Packing.Of(File.Path);

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            if (_packing?.Tool is { } tool)
            {
                await UnpackAsync(tool, cancellationToken).ConfigureAwait(false);
            }

            var words = File.Command.Select(word => word.Replace("{file}", _inside, StringComparison.Ordinal)).ToArray();
            await CheckAsync(await ExecAsync(words, user: null, cancellationToken).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
            if (_packing is not null)
            {
                // Nobody knows of what was unpacked, and it would be a part of the checkpoint. Where there is no rm, it is one.
                await ExecAsync(["rm", "-f", _inside, _inside + _packing.Extension], Root, cancellationToken).ConfigureAwait(false);
            }
        }

        private async Task UnpackAsync(string tool, CancellationToken cancellationToken)
        {
            var packed = _inside + _packing!.Extension;
            var result = await ExecAsync(["sh", "-c", Unpack, "sh", tool, packed, _inside], Root, cancellationToken).ConfigureAwait(false);
            if (result.ExitCode == NotFound)
            {
                throw new CrCacheException(
                    ErrorCodes.SetupFailed,
                    $"{Spec.Name}: {File.Name} cannot be unpacked: the image has no {tool}. Install it there, or compress the file by "
                    + "gzip or zstd, for which the image needs nothing.")
                {
                    File = File.Path,
                };
            }

            await CheckAsync(result, cancellationToken).ConfigureAwait(false);
        }

        private Task<ExecResult> ExecAsync(IReadOnlyList<string> words, string? user, CancellationToken cancellationToken)
        {
            var command = new ContainerCommand(words) { Directory = SetupFolder.DirectoryOf(File.Place), User = user };
            return Engine.ExecAsync(ContainerId, command, TimeSpan.FromSeconds(Spec.TimeoutSeconds), cancellationToken);
        }

        private async Task CheckAsync(ExecResult result, CancellationToken cancellationToken)
        {
            if (result.ExitCode != 0)
            {
                var state = await Engine.FindContainerAsync(ContainerId, cancellationToken).ConfigureAwait(false);
                throw SetupFailure.Of(Spec, File, result, hasNetwork: state?.HasNetwork ?? true);
            }
        }
    }
}
