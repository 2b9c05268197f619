using System.Diagnostics;
using CrCache.Tests;

namespace CrCache.Chaos;

/// <summary>All that the blows happen to: an engine, two users with a store each, a checkpoint that stays, and a real project.</summary>
internal sealed class Field : IAsyncDisposable
{
    private const string Mark = "CRCACHE_CHAOS";
    private const string StoreSize = "100MB"; // so that checkpoints have to go from the store and from the engine, too
    private static readonly string s_run = Guid.NewGuid().ToString("N");

    private Field(ChaosEngine engine, string folder)
    {
        (Engine, Folder) = (engine, folder);
        Alice = new User("alice", 0, Path.Combine(folder, "alice"));
        Bob = new User("bob", 12_345, Path.Combine(folder, "bob"));
        Project = new Project(this);
    }

    /// <summary>What all commands have in their environment; what CI or a test run has set is not in it.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>(
        DotNet.CleanEnvironment().Where(variable => !variable.Key.StartsWith("CRCACHE_", StringComparison.Ordinal)))
    {
        [Mark] = s_run,
        ["CI"] = "",
        ["CRCACHE_STORE_SIZE"] = StoreSize,
        ["DOTNET_EnableDiagnostics"] = "0", // sockets in the temporary folder, which a killed process leaves there
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",
    };

    public ChaosEngine Engine { get; }

    /// <summary>A file system of its own, in memory.</summary>
    public string Folder { get; }

    /// <summary>The user of this process.</summary>
    public User Alice { get; }

    public User Bob { get; }

    public Project Project { get; }

    /// <summary>An item whose checkpoint is there before each blow, unless the last one has struck it.</summary>
    public RedisItem Standing { get; private set; } = null!;

    /// <summary>What making a checkpoint takes here, in milliseconds; blows happen within that.</summary>
    public int Making { get; private set; }

    /// <summary>What a lease takes until it is ready, in milliseconds.</summary>
    public int Leasing { get; private set; }

    /// <summary>
    /// What was mounted when an engine that had been killed came back. Nothing of it is in use then: it has forgotten that itself, and no
    /// call of its API takes it away.
    /// </summary>
    public IReadOnlyList<string> Forgotten { get; set; } = [];

    /// <summary>The processes of all commands that were started, and of what those have started.</summary>
    public static IEnumerable<(int Id, string Name)> Processes() => ProcessTable.All().Where(process =>
        ProcessTable.Read(process.Id, "environ").Contains($"{Mark}={s_run}", StringComparison.Ordinal));

    /// <summary>Sets everything up.</summary>
    public static async Task<Field> CreateAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("crcache-chaos-").FullName;
        await RunAsync(["mount", "-t", "tmpfs", "-o", "mode=755,size=4g", "chaos", folder], cancellationToken);
        var field = new Field(await ChaosEngine.StartAsync("redis:8", cancellationToken), folder);

        System.Environment.SetEnvironmentVariable("DOCKER_HOST", field.Engine.Host);
        await field.Engine.Api.CallAsync(
            HttpMethod.Post, "containers/create?name=anchor", cancellationToken, """{ "Image": "redis:8" }"""); // docker image prune -a
        field.Project.UnpackTools();
        await field.ResetAsync(cancellationToken);
        await field.Project.CreateAsync(cancellationToken);
        return field;
    }

    /// <summary>Runs a command of this machine, which must succeed.</summary>
    public static async Task RunAsync(string[] words, CancellationToken cancellationToken)
    {
        using var command = Client.Start(words, Environment);
        await command.SucceedAsync(cancellationToken);
    }

    /// <summary>Clears up whatever there is, so that the next blow starts with nothing but the standing checkpoints.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        Client.Signal("KILL", Processes().Select(process => process.Id));
        await new Leftovers(this).ClearEngineAsync(cancellationToken);
        await Alice.CreateAsync(cancellationToken);
        await Bob.CreateAsync(cancellationToken);
        Standing = RedisItem.Write(Path.Combine(Alice.Folder, "standing"), $"sown-{Guid.NewGuid():N}");
        var clock = Stopwatch.StartNew();
        await SucceedAsync(Alice, ["checkpoint", "--item", Standing.File], cancellationToken);
        Making = (int)clock.ElapsedMilliseconds;
        await SucceedAsync(Alice, ["checkpoint", "redis"], cancellationToken);
        clock.Restart();
        await using var lease = await Lease.StartAsync(this, Standing, cancellationToken);
        Leasing = (int)clock.ElapsedMilliseconds;
        await lease.CheckAsync(cancellationToken);
    }

    /// <summary>Starts <c>crcache</c> of the package as a user.</summary>
    public Client CrCache(User user, params IEnumerable<string> arguments) => Start(user, null, [Project.Tool, .. arguments]);

    /// <summary>Starts a command as a user, in the engine's network.</summary>
    /// <param name="user">Who starts it.</param>
    /// <param name="host">The engine, where it is not reached directly.</param>
    /// <param name="words">The command line.</param>
    /// <param name="directory">Where it runs.</param>
    public Client Start(User user, string? host, IEnumerable<string> words, string? directory = null)
    {
        var environment = new Dictionary<string, string>(Environment)
        {
            ["CRCACHE_HOME"] = user.Home,
            ["TMPDIR"] = user.Temporary,
            ["XDG_RUNTIME_DIR"] = user.Runtime,
            ["DOCKER_HOST"] = host ?? Engine.Host,
        };
        if (user.Id != 0)
        {
            environment["HOME"] = user.Folder;
        }

        return Client.Start([.. Engine.Inside, .. user.As, .. words], environment, directory ?? user.Folder);
    }

    /// <summary>Runs <c>crcache</c>, which must succeed.</summary>
    public async Task<string> SucceedAsync(User user, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var client = CrCache(user, arguments);
        return (await client.SucceedAsync(cancellationToken)).Log;
    }

    /// <summary>What <c>crcache run redis --</c> runs to look at the data.</summary>
    public static string[] CheckCommand() =>
        [Path.Combine(AppContext.BaseDirectory, "check-redis.sh"), "", $"own-{Guid.NewGuid():N}"];

    /// <summary>An item whose checkpoint nobody has made yet.</summary>
    public RedisItem NewItem()
    {
        var value = $"sown-{Guid.NewGuid():N}";
        return RedisItem.Write(Path.Combine(Alice.Folder, "items", value), value);
    }

    /// <summary>Starts what a user would: making a checkpoint, or running something with a restored Redis.</summary>
    public Client StartSomething(Strike strike, string? host = null)
    {
        if (strike.Next(2) == 0)
        {
            strike.Say("while it makes a checkpoint");
            strike.Longest = Making;
            strike.Item = NewItem();
            return Start(Alice, host, [Project.Tool, "checkpoint", "--item", strike.Item.File, "--json"]);
        }

        return StartRun(strike, host);
    }

    /// <summary>Starts the latter of them.</summary>
    public Client StartRun(Strike strike, string? host)
    {
        strike.Say("while it runs a command");
        strike.Longest = Leasing * 3 / 2;
        return Start(Alice, host, [Project.Tool, "run", "redis", "--", .. CheckCommand()]);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Signal("KILL", Processes().Select(process => process.Id));
        Project.Dispose();
        Engine.Dispose();
        await RunAsync(["umount", "--lazy", Folder], CancellationToken.None);
        Directory.Delete(Folder);
    }
}
