using System.Diagnostics;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Presets;

namespace CrCache.Readiness;

/// <summary>Waits until the server in a container is ready, as seen from inside.</summary>
internal static class ReadyWaiter
{
    private const int LogLines = 20;

    // A probe costs an exec, about 50 ms of the engine's work; a pause of the same size keeps half of a core free.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    /// <summary>Runs the probe until it succeeds.</summary>
    /// <exception cref="CrCacheException">The container ended (CRC3001), or the time is over (CRC3002).</exception>
    public static async Task WaitAsync(
        IEngine engine, string containerId, string item, ReadyProbe probe, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        ExecResult? last = null;
        while (clock.Elapsed < timeout)
        {
            try
            {
                last = await engine.ExecAsync(containerId, probe.Exec, cancellationToken).ConfigureAwait(false);
                if (last.ExitCode == 0)
                {
                    return;
                }
            }
            catch (CrCacheException e) when (e.Code == ErrorCodes.EngineCallFailed)
            {
                // A container that has ended cannot run a probe; that is found out below.
            }

            var state = await engine.FindContainerAsync(containerId, cancellationToken).ConfigureAwait(false);
            if (state is not { Running: true })
            {
                throw new CrCacheException(
                    ErrorCodes.ContainerEnded,
                    $"{item}: the container ended with exit code {state?.ExitCode} before it was ready. Its log ends with:\n{await LogAsync(engine, containerId).ConfigureAwait(false)}");
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        throw new CrCacheException(
            ErrorCodes.NotReady,
            $"{item}: not ready after {timeout.TotalSeconds:0} s. The probe `{string.Join(' ', probe.Exec)}` last gave exit code {last?.ExitCode}: {last?.Output.Trim()}\n"
            + $"Set Timeout on the item if it needs longer. The container's log ends with:\n{await LogAsync(engine, containerId).ConfigureAwait(false)}");
    }

    private static async Task<string> LogAsync(IEngine engine, string containerId)
    {
        try
        {
            return (await engine.GetLogAsync(containerId, LogLines, CancellationToken.None).ConfigureAwait(false)).TrimEnd();
        }
        catch (CrCacheException e)
        {
            return $"(the log cannot be read: {e.Message})";
        }
    }
}
