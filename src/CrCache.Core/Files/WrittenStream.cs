using System.IO.Pipelines;

namespace CrCache.Files;

/// <summary>A stream to read what a method writes, while it writes it. Disposing it ends the method.</summary>
internal sealed class WrittenStream : ReadingStream
{
    private readonly Pipe _pipe = new(
        new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false));
    private readonly CancellationTokenSource _gone;
    private readonly Stream _reader;
    private bool _disposed;

    private WrittenStream(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        _reader = _pipe.Reader.AsStream();
        _gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var token = _gone.Token;
        _ = Task.Run(() => WriteAsync(write, token), CancellationToken.None);
    }

    /// <summary>Starts the method. What it throws, the reader gets.</summary>
    public static Stream Read(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        new WrittenStream(write, cancellationToken);

    /// <inheritdoc />
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _reader.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _gone.Cancel();
            _gone.Dispose();
            _reader.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task WriteAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        try
        {
            await write(_pipe.Writer.AsStream(leaveOpen: true), cancellationToken).ConfigureAwait(false);
            await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await _pipe.Writer.CompleteAsync(e).ConfigureAwait(false);
        }
    }
}
