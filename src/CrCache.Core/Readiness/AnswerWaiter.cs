using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using CrCache.Diagnostics;
using CrCache.Presets;

namespace CrCache.Readiness;

/// <summary>Waits until a server answers through its published port, as a client would see it.</summary>
internal static class AnswerWaiter
{
    private const int LongestAnswer = 512;
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(2);

    /// <summary>Talks to the port until the expected answer comes.</summary>
    /// <exception cref="CrCacheException">The time is over (CRC3002).</exception>
    public static async Task WaitAsync(string host, int port, AnswerProbe? probe, string item, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var expect = probe is null ? null : new Regex(probe.Expect, RegexOptions.Singleline | RegexOptions.CultureInvariant, OneTry);
        var clock = Stopwatch.StartNew();
        var pause = TimeSpan.FromMilliseconds(2);
        while (!await TryAsync(host, port, probe?.Send, expect, cancellationToken).ConfigureAwait(false))
        {
            if (clock.Elapsed > timeout)
            {
                throw new CrCacheException(ErrorCodes.NotReady, $"{item}: nothing answers on {host}:{port} after {timeout.TotalSeconds:0} s.");
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, 50));
        }
    }

    // The engine's proxy accepts a connection before anything listens behind it, so only an answer counts.
    private static async Task<bool> TryAsync(string host, int port, string? send, Regex? expect, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(OneTry);
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(host, port, limit.Token).ConfigureAwait(false);
            if (expect is null)
            {
                return true;
            }

            var stream = client.GetStream();
            if (send is not null)
            {
                await stream.WriteAsync(Encoding.Latin1.GetBytes(send), limit.Token).ConfigureAwait(false);
            }

            var buffer = new byte[LongestAnswer];
            var length = 0;
            int read;
            while (length < buffer.Length && (read = await stream.ReadAsync(buffer.AsMemory(length), limit.Token).ConfigureAwait(false)) > 0)
            {
                length += read;
                if (expect.IsMatch(Encoding.Latin1.GetString(buffer, 0, length)))
                {
                    return true;
                }
            }

            return false;
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
}
