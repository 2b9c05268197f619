namespace CrCache.Bench.Servers.Clients;

/// <summary>A client that sees which set-up a server has had (bench/setup).</summary>
internal interface IStateClient : IServerClient
{
    /// <summary>Connects anew and reads what the last set-up file leaves; throws whatever the client throws when that fails.</summary>
    Task<string?> ReadStateAsync(string connectionString, CancellationToken cancellationToken);
}
