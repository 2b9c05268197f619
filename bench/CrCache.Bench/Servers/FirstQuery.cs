using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using CrCache.Bench.Servers.Clients;

namespace CrCache.Bench.Servers;

/// <summary>
/// Waits for the first answered query, with the same code for all sides: it knocks until the server itself speaks, then
/// asks through the server's usual client. Knocking is a handful of bytes; a client that fails in a loop would take
/// time of its own, and processor time away from the server that is starting.
/// </summary>
internal static class FirstQuery
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan OneKnock = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <summary>Returns as soon as a query was answered on a port of this machine.</summary>
    /// <exception cref="TimeoutException">That did not happen in three minutes.</exception>
    public static Task WaitAsync(Server server, int port, CancellationToken cancellationToken)
    {
        var connectionString = server.Preset.ConnectTo(port);
        return WaitAsync(server, port, () => server.Client.QueryAsync(connectionString, cancellationToken), cancellationToken);
    }

    /// <summary>Returns as soon as the server itself has spoken on a port of this machine.</summary>
    /// <exception cref="TimeoutException">That did not happen in three minutes.</exception>
    public static Task WaitForAnswerAsync(Server server, int port, CancellationToken cancellationToken) =>
        WaitAsync(server, port, () => Task.CompletedTask, cancellationToken);

    /// <summary>Returns as soon as a query on a port of this machine was answered with what the last set-up file leaves.</summary>
    /// <exception cref="TimeoutException">That did not happen in three minutes.</exception>
    public static Task WaitForStateAsync(Server server, int port, string state, CancellationToken cancellationToken)
    {
        var connectionString = server.Preset.ConnectTo(port);
        return WaitAsync(server, port, ReadAsync, cancellationToken);

        async Task ReadAsync()
        {
            var read = await ((IStateClient)server.Client).ReadStateAsync(connectionString, cancellationToken);
            if (read != state)
            {
                throw new InvalidOperationException($"{server.Name}: '{read}' instead of '{state}'");
            }
        }
    }

    private static async Task WaitAsync(Server server, int port, Func<Task> query, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        Exception? last = null;
        while (clock.Elapsed < Longest)
        {
            if (await KnockAsync(server.Preset.Answer, port, cancellationToken))
            {
                try
                {
                    await query();
                    return;
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    last = e; // It speaks, but takes no queries yet.
                }
            }

            await Task.Delay(Pause, cancellationToken);
        }

        throw new TimeoutException($"{server.Name}: no query was answered on port {port} in {Longest.TotalMinutes:0} minutes", last);
    }

    // The engine's proxy accepts a connection before anything listens behind it, so only an answer counts.
    private static async Task<bool> KnockAsync(PresetFile.AnswerPart answer, int port, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(OneKnock);
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync("127.0.0.1", port, limit.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer.Send ?? ""), limit.Token);
            var buffer = new byte[512];
            var length = await stream.ReadAsync(buffer, limit.Token);
            return Regex.IsMatch(Encoding.Latin1.GetString(buffer, 0, length), answer.Expect, RegexOptions.Singleline);
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
