using System.Text.Json.Serialization;

namespace CrCache.Engines.Docker;

// The parts of the Engine API's JSON that are used. Names are the API's own.
internal sealed record InfoModel(
    [property: JsonPropertyName("ID")] string? Id,
    string? ServerVersion,
    [property: JsonPropertyName("OSType")] string? OsType,
    string? Architecture,
    string? KernelVersion,
    Dictionary<string, object?>? Runtimes);

internal sealed record VersionModel(List<ComponentModel>? Components);

internal sealed record ComponentModel(string Name, string Version);

internal sealed record ImageModel(string Id, string? Os, string? Architecture, ImageConfigModel? Config, [property: JsonPropertyName("RootFS")] RootFileSystemModel? RootFileSystem);

internal sealed record RootFileSystemModel(IReadOnlyList<string>? Layers);

internal sealed record ImageConfigModel(
    Dictionary<string, object?>? Volumes,
    Dictionary<string, object?>? ExposedPorts,
    HealthcheckModel? Healthcheck,
    IReadOnlyList<string>? Env,
    IReadOnlyList<string>? Entrypoint,
    IReadOnlyList<string>? Cmd,
    string? User,
    string? WorkingDir,
    string? StopSignal);

internal sealed record IdModel(string Id);

internal sealed record CommitModel(Dictionary<string, string> Labels);

internal sealed record CreateModel
{
    public required string Image { get; init; }

    public IReadOnlyList<string>? Cmd { get; init; }

    public required IReadOnlyList<string> Env { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public string? Hostname { get; init; }

    public HealthcheckModel? Healthcheck { get; init; }

    public IReadOnlyDictionary<string, EmptyModel>? ExposedPorts { get; init; }

    public required HostConfigModel HostConfig { get; init; }
}

internal sealed record EmptyModel;

internal sealed record NetworkDisconnectModel(string Container, bool Force);

internal sealed record HealthcheckModel(IReadOnlyList<string>? Test);

internal sealed record HostConfigModel
{
    public string? Runtime { get; init; }

    public required string NetworkMode { get; init; }

    public IReadOnlyList<string>? Binds { get; init; }

    public IReadOnlyList<string>? SecurityOpt { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<PortBindingModel>>? PortBindings { get; init; }
}

internal sealed record PortBindingModel(string HostIp, string HostPort);

internal sealed record ContainerModel(StateModel State, NetworkSettingsModel? NetworkSettings);

internal sealed record StateModel(bool Running, int ExitCode);

internal sealed record NetworkSettingsModel(Dictionary<string, List<PortBindingModel>?>? Ports);

internal sealed record ContainerRowModel(string Id, List<string>? Names, string Image, long Created, Dictionary<string, string>? Labels);

internal sealed record WaitModel(int StatusCode);

internal sealed record ExecCreateModel(bool AttachStdout, bool AttachStderr, IReadOnlyList<string> Cmd);

internal sealed record ExecStartModel(bool Detach, bool Tty);

internal sealed record ExecStateModel(bool Running, int? ExitCode);

internal sealed record PullLineModel(
    [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("progressDetail")] PullProgressModel? Progress,
    [property: JsonPropertyName("error")] string? Error);

internal sealed record BuildLineModel(
    [property: JsonPropertyName("stream")] string? Stream,
    [property: JsonPropertyName("error")] string? Error,
    [property: JsonPropertyName("aux")] BuildResultModel? Aux);

internal sealed record BuildResultModel([property: JsonPropertyName("ID")] string? Id);

internal sealed record PullProgressModel(
    [property: JsonPropertyName("current")] long Current,
    [property: JsonPropertyName("total")] long Total);

internal sealed record ImportLineModel(
    [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("error")] string? Error);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InfoModel))]
[JsonSerializable(typeof(VersionModel))]
[JsonSerializable(typeof(ImageModel))]
[JsonSerializable(typeof(IdModel))]
[JsonSerializable(typeof(CommitModel))]
[JsonSerializable(typeof(CreateModel))]
[JsonSerializable(typeof(ContainerModel))]
[JsonSerializable(typeof(List<ContainerRowModel>))]
[JsonSerializable(typeof(WaitModel))]
[JsonSerializable(typeof(ExecCreateModel))]
[JsonSerializable(typeof(ExecStartModel))]
[JsonSerializable(typeof(ExecStateModel))]
[JsonSerializable(typeof(PullLineModel))]
[JsonSerializable(typeof(ImportLineModel))]
[JsonSerializable(typeof(BuildLineModel))]
[JsonSerializable(typeof(NetworkDisconnectModel))]
[JsonSerializable(typeof(Dictionary<string, List<string>>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class DockerJson : JsonSerializerContext;
