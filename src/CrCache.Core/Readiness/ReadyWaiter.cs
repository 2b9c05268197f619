using System.Diagnostics;
using System.Net.Sockets;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Presets;
using CrCache.Specs;

namespace CrCache.Readiness;

/// <summary>Waits until the server in a container is ready.</summary>
internal sealed class ReadyWaiter(IEngine engine)
{
    private const int LogLines = 20;
    private const string Refused = "nothing listens on its published port";

    // A probe costs an exec or a look at the log, up to 50 ms of the engine's work; a pause keeps half of a core free.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    /// <summary>How long one try may take before another is made; each that is cut off gives the next twice as long.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Runs the spec's probe until it succeeds.</summary>
    /// <exception cref="CrCacheException">The container ended (CRC3001), or the time is over (CRC3002).</exception>
    public async Task WaitAsync(string containerId, CheckpointSpec spec, CancellationToken cancellationToken)
    {
        var log = new LogProbe(engine, containerId, spec.Ready);
        await using (log.ConfigureAwait(false))
        {
            await WaitAsync(containerId, spec, log, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(string containerId, CheckpointSpec spec, LogProbe log, CancellationToken cancellationToken)
    {
        var timeout = TimeSpan.FromSeconds(spec.TimeoutSeconds);
        var clock = Stopwatch.StartNew();
        var patience = Patience;
        var saw = "it did not end";
        var isHere = false;
        for (var left = timeout; left > TimeSpan.Zero; left = timeout - clock.Elapsed)
        {
            var state = await engine.FindContainerAsync(containerId, cancellationToken).ConfigureAwait(false);
            if (state is not { Running: true })
            {
                var words = await LogAsync(containerId).ConfigureAwait(false);
                throw new CrCacheException(
                    ErrorCodes.ContainerEnded,
                    $"{spec.Name}: the container ended with exit code {state?.ExitCode} before it was ready. Its log ends with:\n{words}");
            }

            try
            {
                var limit = left < patience ? left : patience;
                var (ready, seen) = spec.Ready.Log is null
                    ? await ProbeAsync(containerId, spec, state, limit, cancellationToken).ConfigureAwait(false)
                    : (await log.TryAsync().ConfigureAwait(false), NotFound(spec.Ready));
                if (ready)
                {
                    return;
                }

                // One that was cut off may hang, or need longer.
                patience = seen is null ? patience * 2 : patience;
                saw = seen ?? saw;
                isHere |= saw != Refused;
                if (!isHere && clock.Elapsed > AnswerPatience.WithNobody)
                {
                    await new AnswerPatience(engine, spec, timeout).CheckMachineAsync(cancellationToken).ConfigureAwait(false);
                    isHere = true;
                }
            }
            catch (CrCacheException e) when (e.Code == ErrorCodes.EngineCallFailed)
            {
                // A container that has just ended cannot run a probe; that is found out above.
                saw = e.Message;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        var last = await LogAsync(containerId).ConfigureAwait(false);
        throw new CrCacheException(
            ErrorCodes.NotReady,
            $"{spec.Name}: not ready after {spec.TimeoutSeconds} s. The probe ({spec.Ready}) last gave: {saw}\n"
            + $"Set Timeout on the item if it needs longer, or Ready if the probe is wrong. The container's log ends with:\n{last}");
    }

    // What it saw is null for a probe that was cut off: what the one before saw says more.
    private async Task<(bool Ready, string? Saw)> ProbeAsync(
        string containerId, CheckpointSpec spec, ContainerState state, TimeSpan limit, CancellationToken cancellationToken)
    {
        switch (spec.Ready)
        {
            case { Exec: { } command }:
                var result = await engine.ExecAsync(containerId, command, limit, cancellationToken).ConfigureAwait(false);
                return (result.ExitCode == 0, result.ExitCode is { } code ? $"exit code {code}: {result.Output.Trim()}" : null);
            case { Tcp: { } port }:
                var open = await AnswerWaiter.TryAsync(state.HostPort(spec, port), null, cancellationToken).ConfigureAwait(false);
                return (open == true, open is null ? Refused : "no connection is kept open");
            default:
                return await ProbeHttpAsync(spec, state, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<(bool Ready, string? Saw)> ProbeHttpAsync(
        CheckpointSpec spec, ContainerState state, CancellationToken cancellationToken)
    {
        var probe = spec.Ready.Http!;
        var uri = new UriBuilder(Uri.UriSchemeHttp, ContainerDefinition.PublishedHost, state.HostPort(spec, probe.Port)).Uri;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            using var response = await Http.GetAsync(
                new Uri(uri, probe.Path), HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            return ((int)response.StatusCode is >= 200 and < 400, $"status {(int)response.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            var isRefused = e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            return (false, isRefused ? Refused : e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (false, "no answer within 5 s");
        }
    }

    private static string NotFound(ReadyProbe probe) =>
        probe.Times is null ? "no line of the log matches" : "not so many lines of the log match";

    private async Task<string> LogAsync(string containerId)
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
