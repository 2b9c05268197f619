using CrCache.Criu.Gate;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Runtimes;
using CrCache.Specs;

namespace CrCache.Restoring;

/// <summary>The containers that a spec needs: one to dump, copies restored from memory, copies started normally.</summary>
internal static class ContainerPlan
{
    /// <summary>
    /// A container to be dumped: without a network where the probe needs none, because CRIU need not then know the engine's bridge.
    /// </summary>
    public static ContainerDefinition ToDump(CheckpointSpec spec) => Start(spec, ContainerLabels.ForCheckpoint) with
    {
        Runtime = CrCacheRuntime.Name,
        SeccompProfile = SeccompProfile.WithoutIoUring,
        Network = spec.Ready.NeedsNetwork,
        PublishedPorts = spec.Ready.NeedsNetwork ? Ports(spec) : [],
    };

    /// <summary>A copy that starts normally.</summary>
    public static ContainerDefinition Cold(CheckpointSpec spec, string purpose) =>
        Start(spec, purpose) with { PublishedPorts = Ports(spec) };

    /// <summary>
    /// A copy that is restored; it must have the mounts, the host name and the limits of the dumped one. The command and its
    /// variables are for the time when it is started again, which a dump is not restored for.
    /// </summary>
    public static ContainerDefinition Memory(CheckpointSpec spec, InstalledMemory memory, string purpose) => Cold(spec, purpose) with
    {
        Image = memory.ImageName,
        Runtime = CrCacheRuntime.Name,
        SeccompProfile = SeccompProfile.WithoutIoUring,
        Environment = new Dictionary<string, string>(
            spec.Environment.Where(variable => !CrCacheRuntime.Restoring("").ContainsKey(variable.Key))
                .Concat(CrCacheRuntime.Restoring(memory.Dump, memory.Secret))),
    };

    /// <summary>A container that goes on from a dump, and is to be dumped again: on the network where the first one was.</summary>
    public static ContainerDefinition ToGoOn(CheckpointSpec spec, InstalledMemory memory) =>
        Memory(spec, memory, ContainerLabels.ForCheckpoint) with { Network = spec.Ready.NeedsNetwork, PublishedPorts = [] };

    /// <summary>
    /// What the processes of a dump may have that is restored into <see cref="Memory"/>: what engines give where nothing is asked for.
    /// The capabilities are Docker's; Podman's are some of them.
    /// </summary>
    public static DumpLimits LimitsOf(CheckpointSpec spec) => new()
    {
        Capabilities = 0xa80425fb,
        SeccompProfile = SeccompProfile.WithoutIoUring,
        Volumes = spec.Volumes,
    };

    /// <summary>A copy that starts from the files of a stopped one: the same command finds its work done.</summary>
    public static ContainerDefinition Files(CheckpointSpec spec, InstalledFiles files, string purpose) =>
        Cold(spec, purpose) with { Image = files.ImageName };

    /// <summary>
    /// A container that is never started. Its id names the checkpoint that is put on the engine; where memory is, through it.
    /// </summary>
    public static ContainerDefinition ToInstall(CheckpointSpec spec, bool memory) =>
        NeverStarted(spec, ContainerLabels.ForCheckpoint, memory);

    /// <summary>A container that is never started: dumps are read through it.</summary>
    public static ContainerDefinition ToReadDump(CheckpointSpec spec) => NeverStarted(spec, ContainerLabels.ForTrial, memory: true);

    private static ContainerDefinition NeverStarted(CheckpointSpec spec, string purpose, bool memory) => Base(spec, purpose) with
    {
        Command = ["never-started"],
        Mounts = memory ? DumpTransfer.Mounts : null,
        Network = false,
    };

    private static ContainerDefinition Start(CheckpointSpec spec, string purpose) => Base(spec, purpose) with
    {
        Environment = spec.Environment,
        Command = spec.Command,
    };

    private static ContainerDefinition Base(CheckpointSpec spec, string purpose) => new()
    {
        Name = $"crcache-{spec.Name}-{Guid.NewGuid().ToString("N")[..8]}",
        Image = spec.ImageId,
        Labels = ContainerLabels.Of(purpose, spec.Name),
        Hostname = spec.Hostname,
        Volumes = spec.Volumes,
    };

    private static int[] Ports(CheckpointSpec spec) => spec.Ports.Select(port => port.Number).Distinct().ToArray();
}
