using CrCache.Installed;
using CrCache.Specs;

namespace CrCache.Making;

/// <summary>The checkpoints that others are made on top of: where they are found, and where new ones are kept.</summary>
internal interface ISteps
{
    /// <summary>The checkpoint of a spec with its memory, brought to this engine where it is to be had; or null.</summary>
    Task<InstalledCheckpoint?> FindAsync(CheckpointSpec spec, CancellationToken cancellationToken);

    /// <summary>The same, where this engine has it now.</summary>
    Task<InstalledCheckpoint?> FindOnEngineAsync(CheckpointSpec spec, CancellationToken cancellationToken);

    /// <summary>Keeps others from making that of a spec until disposed.</summary>
    Task<IDisposable> LockAsync(CheckpointSpec spec, CancellationToken cancellationToken);

    /// <summary>Keeps the volumes of one that is about to be kept, files here by directory in the container.</summary>
    /// <returns>The names under which they are kept, by directory in the container.</returns>
    Task<IReadOnlyDictionary<string, string>> KeepVolumesAsync(
        string key, IReadOnlyDictionary<string, string> files, CancellationToken cancellationToken);

    /// <summary>Keeps one; from then on it is found.</summary>
    void Keep(InstalledCheckpoint step);

    /// <summary>Forgets one that has turned out to be of no use, and removes it from the engine.</summary>
    Task ForgetAsync(InstalledCheckpoint step, CancellationToken cancellationToken);
}
