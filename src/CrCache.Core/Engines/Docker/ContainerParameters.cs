using System.Globalization;
using Docker.DotNet.Models;

namespace CrCache.Engines.Docker;

/// <summary>A container to be created, in the API's words.</summary>
internal static class ContainerParameters
{
    /// <summary>The network that containers are on.</summary>
    public const string Bridge = "bridge";

    /// <summary>The network of a container that sees only its own loopback.</summary>
    public const string NoNetwork = "none";

    /// <summary>Translates.</summary>
    public static CreateContainerParameters Of(ContainerDefinition definition) => new()
    {
        Name = definition.Name,
        Image = definition.Image,
        Cmd = definition.Command is { } command ? [.. command] : null!,
        Env = definition.Environment.Select(variable => $"{variable.Key}={variable.Value}").ToArray(),
        Labels = new Dictionary<string, string>(definition.Labels),
        Hostname = definition.Hostname ?? "",

        // CrCache probes by itself; a health check's own process would stand in the way of a dump.
        Healthcheck = new HealthcheckConfig { Test = ["NONE"] },
        ExposedPorts = definition.PublishedPorts.ToDictionary(Port, _ => default(EmptyStruct)),
        HostConfig = new HostConfig
        {
            Runtime = definition.Runtime,
            Binds = definition.Mounts?.Select(mount => $"{mount.Value}:{mount.Key}").ToArray()!,
            Mounts = [.. definition.Volumes.Select(directory => Volume(directory, definition.Labels))],
            NetworkMode = definition.Network ? Bridge : NoNetwork,
            SecurityOpt = definition.SeccompProfile is { } profile ? [$"seccomp={profile}"] : null!,
            PortBindings = definition.PublishedPorts.ToDictionary(
                Port, IList<PortBinding> (_) => [new PortBinding { HostIP = ContainerDefinition.PublishedHost }]),
        },
    };

    // Without a name it is made anew, filled with what the image has there, and removed with the container.
    private static Mount Volume(string directory, IReadOnlyDictionary<string, string> labels) => new()
    {
        Type = "volume",
        Target = directory,
        VolumeOptions = new VolumeOptions { Labels = new Dictionary<string, string>(labels) },
    };

    private static string Port(int port) => port.ToString(CultureInfo.InvariantCulture) + "/tcp";
}
