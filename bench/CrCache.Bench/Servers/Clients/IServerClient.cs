namespace CrCache.Bench.Servers.Clients;

/// <summary>A kind of server's usual .NET client.</summary>
internal interface IServerClient
{
    /// <summary>Connects anew and has one query answered; throws whatever the client throws when that fails.</summary>
    /// <param name="connectionString">The preset's connection string, host and port filled in.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    Task QueryAsync(string connectionString, CancellationToken cancellationToken);
}
