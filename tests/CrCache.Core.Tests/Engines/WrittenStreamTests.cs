using CrCache.Files;

namespace CrCache.Core.Tests.Engines;

public sealed class WrittenStreamTests
{
    [Fact]
    public async Task What_is_written_is_read()
    {
        await using var stream = WrittenStream.Read((output, token) => output.WriteAsync(new byte[] { 1, 2, 3 }, token).AsTask(), default);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read);
        Assert.Equal([1, 2, 3], read.ToArray());
    }

    [Fact]
    public async Task What_the_writer_throws_the_reader_gets()
    {
        await using var stream = WrittenStream.Read((_, _) => throw new InvalidDataException("of the writer"), default);
        var error = await Assert.ThrowsAsync<InvalidDataException>(async () => await stream.ReadExactlyAsync(new byte[1]));
        Assert.Equal("of the writer", error.Message);
    }

    [Fact]
    public async Task A_writer_ends_with_its_reader()
    {
        var ended = new TaskCompletionSource();
        var stream = WrittenStream.Read(
            async (output, token) =>
            {
                try
                {
                    while (true)
                    {
                        await output.WriteAsync(new byte[1 << 16], token);
                    }
                }
                catch (OperationCanceledException)
                {
                    ended.SetResult();
                    throw;
                }
            },
            default);
        await stream.ReadExactlyAsync(new byte[10]);
        await stream.DisposeAsync();
        Assert.Same(ended.Task, await Task.WhenAny(ended.Task, Task.Delay(TimeSpan.FromMinutes(1))));
        await stream.DisposeAsync();
    }
}
