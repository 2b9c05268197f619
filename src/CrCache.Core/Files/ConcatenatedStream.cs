namespace CrCache.Files;

/// <summary>Reads bytes that were taken off the start of a stream, and then the rest of it.</summary>
internal sealed class ConcatenatedStream(ReadOnlyMemory<byte> start, Stream rest) : ReadingStream
{
    private ReadOnlyMemory<byte> _start = start;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start.IsEmpty)
        {
            return rest.ReadAsync(buffer, cancellationToken);
        }

        var length = Math.Min(_start.Length, buffer.Length);
        _start[..length].CopyTo(buffer);
        _start = _start[length..];
        return ValueTask.FromResult(length);
    }
}
