using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using CrCache.Bench.Measuring;
using CrCache.Bench.Servers;
using CrCache.Runtimes;

namespace CrCache.Bench.Sizes;

/// <summary>
/// What <c>podman container checkpoint --export</c> writes of the same image, command and environment, in MB (eng/podman.sh).
/// </summary>
internal sealed class PodmanSide(Server server, Workspace workspace) : ISide
{
    // Its arguments: the seccomp profile, the number of words of the probe, those words, and what `podman run` is given.
    private const string Script = """
        export PODMAN_IGNORE_CGROUPSV1_WARNING=1
        printf '%s' "$1" >/run/seccomp.json
        ready=("${@:3:$2}")
        shift $(($2 + 2))
        clear() { podman rm --all --force --volumes >&2; rm -f /var/tmp/export; }
        clear
        container=$(podman run --detach --network none --security-opt seccomp=/run/seccomp.json "$@")
        until podman exec "$container" "${ready[@]}" >&2; do
          ((SECONDS < 180)) || exit
          sleep 0.1
        done
        podman container checkpoint --tcp-established --file-locks --export /var/tmp/export "$container" >&2
        stat --format %s /var/tmp/export
        clear
        """;

    private static readonly string Podman = Path.Combine(Repository.Root, "eng", "podman.sh");

    public string Name => "podman";

    public string Label => "Podman's export";

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            var image = server.Preset.Image;
            await workspace.Engine.EnsureImageAsync(image, cancellationToken);
            var id = (await workspace.Engine.FindImageAsync(image, cancellationToken)).Replace("sha256:", "", StringComparison.Ordinal);
            var present = await Command.RunAsync(Run("podman", "images", "--no-trunc", "--quiet"), cancellationToken);
            if (!present.Contains(id, StringComparison.Ordinal))
            {
                using var saved = await workspace.Engine.SaveImageAsync(image, cancellationToken);
                await Command.RunAsync(Run("podman", "load"), cancellationToken, saved);
            }
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw new SkippedException($"Podman cannot be had here: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        var preset = server.Preset;
        var ready = preset.Ready.Exec!;
        var bytes = await Command.RunAsync(
            Run([
                "bash", "-ec", Script, "podman", SeccompProfile.WithoutIoUring,
                ready.Count.ToString(CultureInfo.InvariantCulture), .. ready,
                .. preset.Environment.SelectMany(variable => new[] { "--env", $"{variable.Key}={variable.Value}" }),
                "--hostname", preset.Hostname!, preset.Image, .. preset.Command!,
            ]),
            cancellationToken);
        return long.Parse(bytes, CultureInfo.InvariantCulture) / 1e6;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static ProcessStartInfo Run(params IEnumerable<string> command) => Command.Info(Podman, command.Prepend("run"));
}
