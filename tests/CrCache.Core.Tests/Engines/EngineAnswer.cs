using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace CrCache.Core.Tests.Engines;

/// <summary>What a made-up engine answers to one call.</summary>
internal sealed record EngineAnswer
{
    // What an engine says beside an archive: of a folder here.
    private static readonly string PathStat = Convert.ToBase64String(
        """{"name":"a","size":4096,"mode":2147484141,"mtime":"2024-05-28T14:51:07.123456789Z","linkTarget":""}"""u8);

    /// <summary>The first line's status.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The body, in chunks; null for an answer that breaks off before its first line.</summary>
    public IReadOnlyList<byte[]>? Chunks { get; init; } = [];

    /// <summary>True: the connection ends in the middle of the body.</summary>
    public bool Cut { get; init; }

    /// <summary>True: what was sent is not read.</summary>
    public bool Deaf { get; init; }

    /// <summary>True: the body is a raw stream, as that of an exec is.</summary>
    public bool Raw { get; init; }

    /// <summary>True: nothing more comes until the client goes, no end of the body either.</summary>
    public bool Hangs { get; init; }

    /// <summary>Nothing at all.</summary>
    public static EngineAnswer Nothing { get; } = new() { Chunks = null };

    public static EngineAnswer Of(string body, int status = 200) => new() { Status = status, Chunks = [Encoding.UTF8.GetBytes(body)] };

    public static EngineAnswer Refusal(string words, int status = 500) => Of($$"""{"message":"{{words}}"}""", status);

    /// <summary>A frame of a container's output.</summary>
    public static byte[] Frame(byte stream, string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        var header = new byte[] { stream, 0, 0, 0, 0, 0, 0, 0 };
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), payload.Length);
        return [.. header, .. payload];
    }

    /// <summary>Says nothing until the client goes.</summary>
    public static async Task HangAsync(Stream stream) => await stream.CopyToAsync(Stream.Null);

    /// <summary>Writes it as HTTP.</summary>
    public async Task WriteAsync(Stream stream, string apiVersion)
    {
        if (Chunks is null)
        {
            await (Hangs ? HangAsync(stream) : Task.CompletedTask);
            return;
        }

        var head = Raw
            ? "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
            : $"HTTP/1.1 {Status} Status\r\nApi-Version: {apiVersion}\r\nContent-Type: application/json\r\n"
                + $"X-Docker-Container-Path-Stat: {PathStat}\r\nTransfer-Encoding: chunked\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        foreach (var chunk in Chunks)
        {
            if (Raw)
            {
                await stream.WriteAsync(chunk);
                continue;
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(chunk.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"));
            await stream.WriteAsync(chunk);
            await stream.WriteAsync("\r\n"u8.ToArray());
        }

        if (Hangs)
        {
            await HangAsync(stream);
            return;
        }

        if (!Raw)
        {
            // The start of a chunk that does not come, or the end.
            await stream.WriteAsync(Cut ? "7f\r\n["u8.ToArray() : "0\r\n\r\n"u8.ToArray());
        }
    }
}
