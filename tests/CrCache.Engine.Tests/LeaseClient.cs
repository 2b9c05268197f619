using System.IO.Pipes;
using System.Text.Json;

namespace CrCache.Engine.Tests;

/// <summary>A client of <c>crcache lease</c>, which speaks its protocol (docs/protocol.md).</summary>
internal static class LeaseClient
{
    private const int ConnectMilliseconds = 20_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<NamedPipeClientStream> ConnectAsync(string pipe)
    {
        var client = new NamedPipeClientStream(".", pipe, PipeDirection.InOut, PipeOptions.Asynchronous);
        await client.ConnectAsync(ConnectMilliseconds);
        return client;
    }

    /// <summary>Lines up to the one that says "ready", or up to the end of the connection.</summary>
    public static async Task<List<LeaseLine>> ReadAsync(Stream client)
    {
        using var reader = new StreamReader(client, leaveOpen: true);
        using var limit = new CancellationTokenSource(Limit);
        var lines = new List<LeaseLine>();
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            lines.Add(JsonSerializer.Deserialize<LeaseLine>(line, JsonSerializerOptions.Web)!);
            if (lines[^1].Event == "ready")
            {
                break;
            }
        }

        return lines;
    }
}
