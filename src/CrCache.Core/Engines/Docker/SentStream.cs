using CrCache.Files;

namespace CrCache.Engines.Docker;

/// <summary>A stream that is sent to the engine. What fails in reading it is no failure of the engine's.</summary>
/// <param name="inner">What is sent.</param>
/// <param name="asked">What for: an engine that takes the next piece lives.</param>
internal sealed class SentStream(Stream inner, EngineCall asked) : ReadingStream
{
    /// <summary>What reading it has thrown, or null.</summary>
    public Exception? Failure { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        asked.Renew();
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Failure = e;
            throw;
        }
    }
}
