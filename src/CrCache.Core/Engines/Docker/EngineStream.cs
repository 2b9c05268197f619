using CrCache.Files;

namespace CrCache.Engines.Docker;

/// <summary>A stream of the engine's, whose failures in the middle are errors for people.</summary>
/// <param name="inner">The stream.</param>
/// <param name="failure">Makes those errors.</param>
/// <param name="read">Reads what comes next of it, and waits for that only as long as the engine lives.</param>
internal sealed class EngineStream(
    Stream inner, EngineFailure failure, Func<Memory<byte>, CancellationToken, Task<int>> read) : ReadingStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await read(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (EngineFailure.IsRaw(e))
        {
            throw failure.Translate(e, cancellationToken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
