using RabbitMQ.Client;

namespace CrCache.Bench.Servers.Clients;

/// <summary>Declares a queue.</summary>
internal sealed class RabbitMqClient : IServerClient
{
    public async Task QueryAsync(string connectionString, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = new Uri(connectionString), AutomaticRecoveryEnabled = false };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(cancellationToken: cancellationToken);
    }
}
