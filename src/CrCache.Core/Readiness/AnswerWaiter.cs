using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Presets;
using CrCache.Specs;

namespace CrCache.Readiness;

/// <summary>Waits until a server answers through its published ports, as a client would see it.</summary>
internal static class AnswerWaiter
{
    private const int LongestAnswer = 512;
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(2);

    // The engine's proxy accepts a connection before anything listens behind it, and closes it then: at once, but on a busy machine
    // later. Where it did so before, one slow close among many must not be taken for an answer.
    private static readonly TimeSpan KeptOpen = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan KeptOpenAfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>Tries each port of the spec until it answers: the preset's answer on its port, an open connection on the others.</summary>
    /// <param name="spec">What was started.</param>
    /// <param name="state">Its ports.</param>
    /// <param name="patience">How long it may take, and who knows where the ports are.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CrCacheException">The time is over (CRC3002), or its ports are on another machine (CRC1010).</exception>
    public static Task WaitAsync(
        CheckpointSpec spec, ContainerState state, AnswerPatience patience, CancellationToken cancellationToken) =>
        Task.WhenAll(spec.Ports.Select(port => WaitAsync(spec, port, state.HostPort(spec, port.Name), patience, cancellationToken)));

    /// <summary>The published port of a running container.</summary>
    /// <exception cref="CrCacheException">It has none, because it has ended (CRC3001).</exception>
    public static int HostPort(this ContainerState state, CheckpointSpec spec, string name) =>
        state.PublishedPorts.TryGetValue(spec.Ports.First(port => port.Name == name).Number, out var published)
            ? published
            : throw new CrCacheException(ErrorCodes.ContainerEnded, $"{spec.Name}: the container ended as soon as it was started.");

    /// <summary>One talk; without a probe, that the connection is kept open or the server speaks is enough.</summary>
    /// <returns>Whether it answers; null where nothing listens there.</returns>
    public static Task<bool?> TryAsync(int port, AnswerProbe? probe, CancellationToken cancellationToken) =>
        TryAsync(port, probe, KeptOpen, cancellationToken);

    private static async Task<bool?> TryAsync(int port, AnswerProbe? probe, TimeSpan keptOpen, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(OneTry);
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(ContainerDefinition.PublishedHost, port, limit.Token).ConfigureAwait(false);
            var stream = client.GetStream();
            return probe is null
                ? await StaysOpenAsync(stream, keptOpen, limit.Token).ConfigureAwait(false)
                : await AnswersAsync(stream, probe, limit.Token).ConfigureAwait(false);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return null;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task WaitAsync(
        CheckpointSpec spec, NamedPort port, int hostPort, AnswerPatience patience, CancellationToken cancellationToken)
    {
        var probe = spec.Answer?.Port == port.Name ? spec.Answer : null;
        var clock = Stopwatch.StartNew();
        var pause = TimeSpan.FromMilliseconds(2);
        var keptOpen = KeptOpen;
        var isHere = false;
        while (await TryAsync(hostPort, probe, keptOpen, cancellationToken).ConfigureAwait(false) is not true and var seen)
        {
            keptOpen = KeptOpenAfterFailure;
            isHere |= seen is not null;
            if (!isHere && clock.Elapsed > AnswerPatience.WithNobody)
            {
                await patience.CheckMachineAsync(cancellationToken).ConfigureAwait(false);
                isHere = true;
            }

            if (clock.Elapsed > patience.Timeout)
            {
                throw new CrCacheException(
                    ErrorCodes.NotReady,
                    $"{spec.Name}: the server is ready, but nothing answers on its port {port.Number} ({port.Name}). "
                    + "Does it listen there, and on all addresses?");
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, 50));
        }
    }

    private static async Task<bool> StaysOpenAsync(NetworkStream stream, TimeSpan keptOpen, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        wait.CancelAfter(keptOpen);
        try
        {
            return await stream.ReadAsync(new byte[1], wait.Token).ConfigureAwait(false) > 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }

    private static async Task<bool> AnswersAsync(NetworkStream stream, AnswerProbe probe, CancellationToken cancellationToken)
    {
        if (probe.Send is { } send)
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(send), cancellationToken).ConfigureAwait(false);
        }

        var buffer = new byte[LongestAnswer];
        var length = 0;
        while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            length += read;
            var answer = Encoding.Latin1.GetString(buffer, 0, length);
            if (Regex.IsMatch(answer, probe.Expect, RegexOptions.Singleline | RegexOptions.CultureInvariant, OneTry))
            {
                return true;
            }
        }

        return false;
    }
}
