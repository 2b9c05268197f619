namespace CrCache.Engines;

/// <summary>Opens connections to an engine: a unix socket now; TCP, SSH and Windows' named pipes fit the same shape.</summary>
internal interface IEngineTransport
{
    /// <summary>Opens one connection, over which HTTP/1.1 is spoken.</summary>
    Task<Stream> ConnectAsync(CancellationToken cancellationToken);
}
