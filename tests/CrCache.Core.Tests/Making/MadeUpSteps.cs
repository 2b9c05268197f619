using CrCache.Installed;
using CrCache.Keys;
using CrCache.Making;
using CrCache.Specs;

namespace CrCache.Core.Tests.Making;

/// <summary>Steps in memory.</summary>
internal sealed class MadeUpSteps : ISteps
{
    public Dictionary<string, InstalledCheckpoint> Kept { get; } = [];

    public Task<InstalledCheckpoint?> FindAsync(CheckpointSpec spec, CancellationToken cancellationToken) =>
        Task.FromResult(Kept.GetValueOrDefault(CheckpointKey.Of(spec)));

    public Task<InstalledCheckpoint?> FindOnEngineAsync(CheckpointSpec spec, CancellationToken cancellationToken) =>
        FindAsync(spec, cancellationToken);

    public Task<IDisposable> LockAsync(CheckpointSpec spec, CancellationToken cancellationToken) =>
        Task.FromResult<IDisposable>(new MemoryStream());

    public Task<IReadOnlyDictionary<string, string>> KeepVolumesAsync(
        string key, IReadOnlyDictionary<string, string> files, CancellationToken cancellationToken) => Task.FromResult(files);

    public void Keep(InstalledCheckpoint step) => Kept[step.Key] = step;

    public Task ForgetAsync(InstalledCheckpoint step, CancellationToken cancellationToken)
    {
        Kept.Remove(step.Key);
        return Task.CompletedTask;
    }
}
