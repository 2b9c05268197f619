namespace CrCache.Files;

/// <summary>Reads another stream, counts the bytes and, where asked to, refuses more than a limit.</summary>
internal sealed class CountingStream(Stream inner, long limit = long.MaxValue) : Stream
{
    /// <summary>Bytes read so far.</summary>
    public long Count { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Count;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Add(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Add(await inner.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false));

    public override int Read(byte[] buffer, int offset, int count) => Add(inner.Read(buffer, offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Refuses bytes that are said to follow where the limit does not leave room for them.</summary>
    public void Refuse(long following)
    {
        if (following > limit - Count)
        {
            throw new InvalidDataException($"It holds more than the {limit} bytes that its size allows.");
        }
    }

    private int Add(int length)
    {
        Refuse(length);
        Count += length;
        return length;
    }
}
