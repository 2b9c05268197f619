using DotNet.Testcontainers.Containers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Testcontainers.MySql;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;
using Testcontainers.Redis;

namespace CrCache.Bench.Testcontainers;

/// <summary>The official modules as they are: their settings, and their ways of waiting.</summary>
internal static class Containers
{
    // Users and passwords are those of the presets: the same client asks all sides.
    private const string Password = "crcache";

    // What a module logs would go to standard output, where the answers are.
    private static readonly ILogger Silent = NullLogger.Instance;

    /// <summary>A container that is not started yet.</summary>
    public static IContainer Build(string server, string image, IReadOnlyDictionary<string, string> labels) => server switch
    {
        "redis" => new RedisBuilder(image).WithLabel(labels).WithLogger(Silent).Build(),
        "postgres" => new PostgreSqlBuilder(image).WithPassword(Password).WithLabel(labels).WithLogger(Silent).Build(),
        "mysql" => new MySqlBuilder(image).WithUsername("root").WithPassword(Password).WithLabel(labels).WithLogger(Silent).Build(),
        "rabbitmq" => new RabbitMqBuilder(image).WithUsername("guest").WithPassword("guest").WithLabel(labels).WithLogger(Silent).Build(),
        _ => throw new ArgumentException($"no module is known for {server}"),
    };
}
