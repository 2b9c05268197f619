using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Restoring;
using CrCache.Runtimes;
using CrCache.Specs;

namespace CrCache.Checkpoints;

/// <summary>Whether a checkpoint that is there, on an engine or as an archive, is what a spec wants, or another is to be made.</summary>
internal sealed class ReuseRule(IEngine engine, CheckpointSpec spec, EngineInfo info, ArchiveTrust trust)
{
    /// <summary>True where it is taken.</summary>
    /// <remarks>
    /// What could not be dumped before is tried again where the reason may be gone: the runtime was registered since, CRIU was
    /// installed since, or a dump is insisted on. So is memory that was not trusted, when others are trusted now. Without a reason it
    /// was not tried, because another rung was pinned then.
    /// </remarks>
    public async Task<bool> TakesAsync(CheckpointFacts facts, CancellationToken cancellationToken) =>
        !spec.IsTooOld(facts.Created)
        && ((facts as InstalledCheckpoint)?.ForeignTo is { } then && spec.Mode is Rung.Auto or Rung.Memory
            ? spec.Mode == Rung.Auto && then == trust.Description
            : await HasOrNeverHasAsync(facts, cancellationToken).ConfigureAwait(false));

    private async Task<bool> HasOrNeverHasAsync(CheckpointFacts facts, CancellationToken cancellationToken) =>
        RungChoice.Has(spec.Mode, facts)
        || (spec.Mode == Rung.Auto
            && facts.WhyNoMemory is { } reason
            && !await IsGoneAsync(reason, cancellationToken).ConfigureAwait(false));

    private async Task<bool> IsGoneAsync(string reason, CancellationToken cancellationToken)
    {
        var registered = CrCacheRuntime.IsRegistered(info);
        if (!registered || reason.StartsWith(ErrorCodes.RuntimeNotRegistered, StringComparison.Ordinal))
        {
            return registered;
        }

        // Asking is quicker than the normal start that a vain attempt would cost at each build.
        return reason.StartsWith(ErrorCodes.RuntimeNotWorking, StringComparison.Ordinal)
            && await CrCacheRuntime.AskVersionsAsync(
                engine, spec.ImageId, ContainerLabels.Of(ContainerLabels.ForTrial, spec.Name), cancellationToken).ConfigureAwait(false)
                is { Criu: not null };
    }
}
