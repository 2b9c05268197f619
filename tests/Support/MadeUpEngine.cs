using System.Collections.Concurrent;
using System.Security.Cryptography;
using CrCache.Diagnostics;
using CrCache.Engines;

namespace CrCache.Tests;

/// <summary>
/// An engine in memory, for what needs no real one: decisions, faults, deadlines. Its containers do nothing but answer on their
/// ports; its runtime crcache says what the real one says. All calls are kept, and a script may delay them or let them fail.
/// </summary>
internal sealed partial class MadeUpEngine : IEngine
{
    /// <summary>The id of the image that it has from the beginning.</summary>
    public const string BaseImage = "sha256:base";

    /// <summary>Its own id.</summary>
    public const string EngineId = "made up";

    /// <summary>What each of its dumps takes.</summary>
    public const long DumpBytes = 4096;

    private const long ImageBytes = 8192;

    private readonly SilentServer _ports = new();
    private readonly ConcurrentQueue<MadeUpCall> _calls = [];
    private readonly ConcurrentDictionary<string, EngineImage> _images = [];
    private readonly ConcurrentDictionary<string, MadeUpContainer> _containers = [];
    private readonly ConcurrentDictionary<string, byte> _dumps = [];
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> _labels = [];

    public MadeUpEngine() => AddImage(BaseImage, ["sha256:layer"]);

    /// <summary>All calls until now.</summary>
    public IReadOnlyCollection<MadeUpCall> Calls => _calls;

    /// <summary>The ids and names of its images.</summary>
    public IEnumerable<string> Images => _images.Keys;

    public IReadOnlyCollection<MadeUpContainer> Containers => [.. _containers.Values];

    /// <summary>The keys of the dumps on its machine.</summary>
    public IEnumerable<string> Dumps => _dumps.Keys;

    /// <summary>The machine that it runs on.</summary>
    public string Machine { get; init; } = Environment.MachineName;

    /// <summary>The port that all containers are published on; it leads to a server that keeps connections open.</summary>
    public int PublishedPort { get => field > 0 ? field : _ports.Port; init; }

    /// <summary>Whether the runtime crcache is registered.</summary>
    public bool HasRuntime { get; init; } = true;

    /// <summary>Whether CRIU is on its machine.</summary>
    public bool HasCriu { get; init; } = true;

    /// <summary>False: its runtime is one of before there was a list of dumps.</summary>
    public bool CanList { get; init; } = true;

    /// <summary>How far its clock is ahead of this machine's.</summary>
    public TimeSpan ClockAhead { get; init; }

    /// <summary>How containers end that are asked to stop.</summary>
    public int StopExitCode { get; init; }

    /// <summary>Each is called before each call is answered.</summary>
    public List<Func<MadeUpCall, CancellationToken, Task>> Script { get; } = [];

    /// <summary>Whether it was closed.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>What the end of containers' logs is.</summary>
    public Func<string> OnLog { get; set; } = () => "its last words";

    /// <summary>What those are told who follow a log.</summary>
    public Func<Action<string, bool>, CancellationToken, Task> OnFollow { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>The commands that were run in containers.</summary>
    public ConcurrentQueue<ContainerCommand> Commands { get; } = [];

    /// <summary>Gets what is unpacked into a directory of a container; null: nobody looks at it.</summary>
    public Func<string, Stream, Task>? OnWrite { get; set; }

    /// <summary>What commands in containers give.</summary>
    public Func<TimeSpan, CancellationToken, Task<ExecResult>> OnExec { get; set; } = (_, _) => Task.FromResult(new ExecResult(0, ""));

    /// <summary>What certain commands in containers give; null for what <see cref="OnExec"/> says.</summary>
    public Func<IReadOnlyList<string>, ExecResult?> OnCommand { get; set; } = _ => null;

    public EngineEndpoint Endpoint { get; } = new(new Uri("unix:///made/up.sock"), "a test");

    /// <summary>Lets calls fail as an engine that says no, or cannot be reached.</summary>
    public void Fail(string call, string message, Func<MadeUpCall, bool>? when = null, string code = ErrorCodes.EngineCallFailed) =>
        Script.Add((made, _) => made.Name == call
            && (when?.Invoke(made) ?? true) ? throw new CrCacheException(code, message) : Task.CompletedTask);

    /// <summary>Adds an image.</summary>
    public void AddImage(
        string name,
        IReadOnlyList<string> layers,
        IReadOnlyDictionary<string, string>? labels = null,
        IReadOnlyList<string>? volumes = null)
    {
        _labels[name] = labels ?? new Dictionary<string, string>();
        _images[name] = new EngineImage
        {
            Id = name,
            ContentDigest = name,
            Platform = "linux/amd64",
            Layers = layers,
            Volumes = volumes ?? [],
            Ports = [],
        };
    }

    /// <summary>Adds a container.</summary>
    public MadeUpContainer AddContainer(ContainerDefinition definition)
    {
        var container = new MadeUpContainer
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            Definition = definition,
        };
        return _containers[container.Id] = container;
    }

    /// <summary>Puts a dump on its machine.</summary>
    public void AddDump(string key) => _dumps[key] = 0;

    public void Dispose()
    {
        IsDisposed = true;
        _ports.Dispose();
    }

    private async Task CallAsync(string name, string subject, CancellationToken cancellationToken, ContainerDefinition? definition = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = new MadeUpCall(name, subject, definition ?? _containers.GetValueOrDefault(subject)?.Definition);
        _calls.Enqueue(call);
        foreach (var step in Script)
        {
            await step(call, cancellationToken);
        }
    }
}
