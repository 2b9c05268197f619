using CrCache.Files;

namespace CrCache.Engines.Docker;

/// <summary>A stream of the engine's, whose failures in the middle are errors for people.</summary>
internal sealed class EngineStream(Stream inner, EngineFailure failure) : ReadingStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
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
