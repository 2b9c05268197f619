namespace CrCache.Bench.Soak;

/// <summary>Looks at a copy's data through the server's usual .NET client.</summary>
internal interface IDataClient
{
    /// <summary>
    /// Reads what the checkpoint has, writes something of its own and reads that back: all of it must be there, and nothing else,
    /// for what another copy's client has written must not be seen.
    /// </summary>
    /// <param name="port">Where the copy is published.</param>
    /// <param name="own">What to write; no two copies get the same.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidOperationException">Something is missing, or too much; any other exception is the client's own.</exception>
    Task CheckAsync(int port, string own, CancellationToken cancellationToken);
}
