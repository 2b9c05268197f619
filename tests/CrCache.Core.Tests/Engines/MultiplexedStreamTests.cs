using System.Text;
using CrCache.Engines.Docker;

namespace CrCache.Core.Tests.Engines;

public sealed class MultiplexedStreamTests
{
    [Fact]
    public async Task Frames_of_both_streams_are_put_together_in_their_order()
    {
        using var stream = new MemoryStream([.. Frame(1, "out "), .. Frame(2, "err "), .. Frame(1, ""), .. Frame(1, "ü")]);
        Assert.Equal("out err ü", await MultiplexedStream.ReadAllAsync(stream, default));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_gives_what_came()
    {
        using var stream = new MemoryStream([.. Frame(1, "whole"), .. Frame(1, "cut off")[..10]]);
        Assert.Equal("wholecu", await MultiplexedStream.ReadAllAsync(stream, default));
    }

    private static byte[] Frame(byte stream, string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        return [stream, 0, 0, 0, 0, 0, 0, (byte)payload.Length, .. payload];
    }
}
