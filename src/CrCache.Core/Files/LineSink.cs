using System.Text;

namespace CrCache.Files;

/// <summary>
/// Tells each line of the UTF-8 text that is written into it, and whether it is whole: the last one also while it has no end yet.
/// </summary>
internal sealed class LineSink(Action<string, bool> line) : Stream
{
    private readonly MemoryStream _current = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> text)
    {
        for (var end = text.IndexOf((byte)'\n'); end >= 0; end = text.IndexOf((byte)'\n'))
        {
            _current.Write(text[..end]);
            Tell(isWhole: true);
            _current.SetLength(0);
            text = text[(end + 1)..];
        }

        _current.Write(text);
        if (_current.Length > 0)
        {
            Tell(isWhole: false);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Tell(bool isWhole) =>
        line(Encoding.UTF8.GetString(_current.GetBuffer(), 0, (int)_current.Length).TrimEnd('\r'), isWhole);
}
