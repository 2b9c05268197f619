using System.IO.Pipelines;

namespace CrCache.Files;

/// <summary>A stream to read what a method writes, while it writes it.</summary>
internal static class WrittenStream
{
    /// <summary>Starts the method. What it throws, the reader gets.</summary>
    public static Stream Read(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(
            new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false));
        _ = Task.Run(
            async () =>
            {
                try
                {
                    await write(pipe.Writer.AsStream(leaveOpen: true), cancellationToken).ConfigureAwait(false);
                    await pipe.Writer.CompleteAsync().ConfigureAwait(false);
                }
                catch (Exception e)
                {
                    await pipe.Writer.CompleteAsync(e).ConfigureAwait(false);
                }
            },
            CancellationToken.None);
        return pipe.Reader.AsStream();
    }
}
