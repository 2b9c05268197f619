using System.Globalization;
using CrCache.Tests;

namespace CrCache.Chaos;

/// <summary>A <c>crcache lease</c> that is ready, and the connection that keeps it.</summary>
internal sealed class Lease : IAsyncDisposable
{
    private readonly Field _field;
    private readonly RedisItem _item;
    private readonly Stream _connection;
    private readonly string _port;

    private Lease(Field field, RedisItem item, Client process, (Stream Connection, string Port) ready)
    {
        (_field, _item, Process) = (field, item, process);
        (_connection, _port) = ready;
    }

    /// <summary>The process of the lease.</summary>
    public Client Process { get; }

    /// <summary>Starts one that nobody has connected to yet.</summary>
    public static Client Start(Field field, RedisItem item, string socket, int? parent = null) => field.CrCache(
        field.Alice,
        "lease",
        "--checkpoint",
        item.Checkpoint,
        "--pipe",
        socket,
        "--parent",
        (parent ?? Environment.ProcessId).ToString(CultureInfo.InvariantCulture));

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <exception cref="BrokenException">It does not become ready.</exception>
    public static async Task<Lease> StartAsync(Field field, RedisItem item, CancellationToken cancellationToken)
    {
        var socket = NewSocket(field.Alice);
        var process = Start(field, item, socket);
        var ended = process.EndAsync(cancellationToken);
        var connecting = LeaseClient.ConnectAsync(socket);
        if (await Task.WhenAny(connecting, ended) == ended)
        {
            await ended;
            throw new BrokenException($"the lease has ended: {process}");
        }

        var connection = await connecting;
        var lines = await LeaseClient.ReadAsync(connection);
        if (lines.Count == 0 || lines[^1].Event != "ready")
        {
            await connection.DisposeAsync();
            throw new BrokenException($"the lease did not become ready: {string.Join('\n', lines)}\n{process}");
        }

        return new Lease(field, item, process, (connection, lines.First(line => line.Name == "CRCACHE_REDIS_PORT").Value!));
    }

    /// <summary>An address as a build chooses one.</summary>
    public static string NewSocket(User user) => Path.Combine(user.Sockets, $"lease-{Guid.NewGuid():N}");

    /// <summary>Looks at the data.</summary>
    /// <exception cref="BrokenException">It is not what it must be.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var script = Field.CheckCommand()[0];
        using var check = _field.Start(_field.Alice, null, [script, _item.Value, $"own-{Guid.NewGuid():N}", _port]);
        await check.SucceedAsync(cancellationToken);
    }

    /// <summary>Ends the connection, after which the lease ends.</summary>
    public Task CloseAsync() => _connection.DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        using (Process)
        {
            await Process.EndAsync(CancellationToken.None);
        }
    }
}
