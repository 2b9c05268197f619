namespace CrCache.Tar;

/// <summary>The content of one member of a tar that is being read.</summary>
internal sealed class TarContent(Stream stream, long size) : Stream
{
    private readonly long _size = size;
    private long _left = size;
    private long _padding = -size & (TarReader.BlockSize - 1);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _size;

    public override long Position
    {
        get => _size - _left;
        set => throw new NotSupportedException();
    }

    /// <summary>Reads over what is left of it, to the next header.</summary>
    public async ValueTask SkipAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(Math.Max(_left, _padding), 1 << 16)];
        while (_left > 0)
        {
            await ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        while (_padding > 0)
        {
            var rest = buffer.AsMemory(0, (int)Math.Min(_padding, buffer.Length));
            var length = await stream.ReadAsync(rest, cancellationToken).ConfigureAwait(false);
            _padding -= length > 0 ? length : throw Truncated();
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0 || buffer.IsEmpty)
        {
            return 0;
        }

        var length = await stream.ReadAsync(buffer[..(int)Math.Min(_left, buffer.Length)], cancellationToken).ConfigureAwait(false);
        _left -= length > 0 ? length : throw Truncated();
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_left == 0 || count == 0)
        {
            return 0;
        }

        var length = stream.Read(buffer, offset, (int)Math.Min(_left, count));
        _left -= length > 0 ? length : throw Truncated();
        return length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static InvalidDataException Truncated() => new("The tar ends in the middle of a file.");
}
