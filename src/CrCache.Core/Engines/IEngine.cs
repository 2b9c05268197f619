namespace CrCache.Engines;

/// <summary>
/// What CrCache asks of a container engine. Every call throws <see cref="Diagnostics.CrCacheException"/> when the engine
/// cannot be reached or answers with an error.
/// </summary>
public interface IEngine : IDisposable
{
    /// <summary>Where the engine is, for people.</summary>
    EngineEndpoint Endpoint { get; }

    /// <summary>What the engine is and can do.</summary>
    Task<EngineInfo> GetInfoAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The versions of the engine's parts by the names that it gives them: <c>Engine</c>, <c>containerd</c>, <c>runc</c>,
    /// <c>Podman Engine</c>.
    /// </summary>
    Task<IReadOnlyDictionary<string, string>> GetComponentsAsync(CancellationToken cancellationToken);

    /// <summary>The image, or null when the engine does not have it.</summary>
    /// <param name="reference">A name with tag or digest, or an image's id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<EngineImage?> FindImageAsync(string reference, CancellationToken cancellationToken);

    /// <summary>The images of a repository, one row for each tag.</summary>
    Task<IReadOnlyList<ImageSummary>> ListImagesAsync(string repository, CancellationToken cancellationToken);

    /// <summary>The images that carry a label and have no name any more, one row for each; its name is its id.</summary>
    Task<IReadOnlyList<ImageSummary>> ListUntaggedImagesAsync(string label, CancellationToken cancellationToken);

    /// <summary>Pulls an image from its registry, with the credentials that docker has for it.</summary>
    Task PullImageAsync(string reference, IProgress<string> progress, CancellationToken cancellationToken);

    /// <summary>Builds an image from a Dockerfile; its folder is the context.</summary>
    /// <returns>The image's id.</returns>
    Task<string> BuildImageAsync(string dockerfile, string tag, IProgress<string> progress, CancellationToken cancellationToken);

    /// <summary>Makes an image from a tar of a root file system.</summary>
    /// <param name="rootFileSystem">The tar.</param>
    /// <param name="name">The image's name and tag.</param>
    /// <param name="labels">Its labels; values without quotes and line breaks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The image's id.</returns>
    Task<string> ImportImageAsync(
        Stream rootFileSystem, string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken);

    /// <summary>Removes an image; one that is not there is no error.</summary>
    Task RemoveImageAsync(string reference, CancellationToken cancellationToken);

    /// <summary>Makes an image of a container's file system, without its volumes.</summary>
    /// <returns>The image's id.</returns>
    Task<string> CommitAsync(
        string containerId, string repository, string tag, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken);

    /// <summary>Writes layers of an image to files, uncompressed.</summary>
    /// <param name="image">The image's name or id.</param>
    /// <param name="files">The file to write by the layer's diff id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task ReadLayersAsync(string image, IReadOnlyDictionary<string, string> files, CancellationToken cancellationToken);

    /// <summary>Makes an image of one that the engine has and layers on top of it.</summary>
    /// <param name="image">The name or id of the one below.</param>
    /// <param name="layers">Files with uncompressed layers, the lowest first.</param>
    /// <param name="name">The new image's name and tag.</param>
    /// <param name="labels">Labels in addition to those of the one below.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The new image's id.</returns>
    Task<string> AddLayersAsync(
        string image,
        IReadOnlyList<string> layers,
        string name,
        IReadOnlyDictionary<string, string> labels,
        CancellationToken cancellationToken);

    /// <summary>Creates a container without starting it.</summary>
    /// <returns>Its id, 64 hexadecimal digits.</returns>
    /// <exception cref="ImageMissingException">The engine does not have the image.</exception>
    Task<string> CreateContainerAsync(ContainerDefinition definition, CancellationToken cancellationToken);

    /// <summary>Starts a created container.</summary>
    Task StartContainerAsync(string id, CancellationToken cancellationToken);

    /// <summary>Sends a signal to a container's first process.</summary>
    Task SignalContainerAsync(string id, int signal, CancellationToken cancellationToken);

    /// <summary>Asks a container to end, and kills it when it has not after a time; returns when it has ended.</summary>
    Task StopContainerAsync(string id, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Waits until a container has ended.</summary>
    /// <returns>Its exit code.</returns>
    Task<int> WaitForExitAsync(string id, CancellationToken cancellationToken);

    /// <summary>A container's state, or null when there is none of that id.</summary>
    Task<ContainerState?> FindContainerAsync(string id, CancellationToken cancellationToken);

    /// <summary>The containers that carry a label, running or not.</summary>
    Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(string label, CancellationToken cancellationToken);

    /// <summary>The containers of an image, or of one that is made on top of it, whoever made them, running or not.</summary>
    Task<IReadOnlyList<ContainerSummary>> ListContainersOfAsync(string image, CancellationToken cancellationToken);

    /// <summary>Kills and removes a container with its anonymous volumes; one that is not there is no error.</summary>
    Task RemoveContainerAsync(string id, CancellationToken cancellationToken);

    /// <summary>The volumes that carry a label and that no container has.</summary>
    Task<IReadOnlyList<VolumeSummary>> ListUnusedVolumesAsync(string label, CancellationToken cancellationToken);

    /// <summary>Removes a volume that no container has; one that is not there is no error.</summary>
    Task RemoveVolumeAsync(string name, CancellationToken cancellationToken);

    /// <summary>The last lines of a container's standard output and error.</summary>
    Task<string> GetLogAsync(string id, int lines, CancellationToken cancellationToken);

    /// <summary>Tells the lines of a container's standard output and error, from its start on and as they come.</summary>
    /// <param name="id">The container.</param>
    /// <param name="line">
    /// Told each line, without its end, and whether it is whole: the last one also while it has no end yet, and then again.
    /// </param>
    /// <param name="cancellationToken">Ends it; without, it ends with the container.</param>
    Task FollowLogAsync(string id, Action<string, bool> line, CancellationToken cancellationToken);

    /// <summary>Takes a container off the network that it was created on.</summary>
    Task DisconnectContainerAsync(string id, CancellationToken cancellationToken);

    /// <summary>Runs a command in a running container and waits for it, at most for a time; it is not ended then.</summary>
    Task<ExecResult> ExecAsync(string id, ContainerCommand command, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>The same of a command that is no more than its words.</summary>
    Task<ExecResult> ExecAsync(string id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken) =>
        ExecAsync(id, new ContainerCommand(command), timeout, cancellationToken);

    /// <summary>Reads a file or directory of a container, as a tar whose first entry is the directory itself.</summary>
    Task<Stream> ReadArchiveAsync(string id, string path, CancellationToken cancellationToken);

    /// <summary>Unpacks a tar into a directory of a container.</summary>
    Task WriteArchiveAsync(string id, string directory, Stream tar, CancellationToken cancellationToken);
}
