using System.Globalization;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Names;
using CrCache.Ownership;
using CrCache.Runtimes;

namespace CrCache.Upkeep;

/// <summary>
/// Removes from an engine what belongs to nothing any more. The engine is asked what there is, and nothing is remembered: a store may be
/// lost, and others prune images. At each moment of making and installing, a dump or an image has a container of its id, and afterwards
/// a dump has its image and an image of this store its record. What is listed first was there before, so what has none of these when it
/// is looked for later is an orphan, whoever works meanwhile.
/// </summary>
public sealed class OrphanSweeper(IEngine engine, InstalledCheckpoints store)
{
    // A name that no engine knows: the runtime is then asked by way of an image that is made for it.
    private const string NoImage = CheckpointImageNames.Repository + ":none";

    /// <summary>
    /// Forgets records whose image somebody has removed, and removes what killed processes were writing in the store, volumes and dumps
    /// of nobody, and this store's images that have no record or no name.
    /// </summary>
    /// <exception cref="CrCacheException">The engine does not answer (CRC1001); what it refuses is left to the next sweep.</exception>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        store.SweepTemporaries();
        await VolumeSweeper.SweepAsync(engine, cancellationToken).ConfigureAwait(false);
        await RemoveTrialImagesAsync(cancellationToken).ConfigureAwait(false);
        await RemoveUntaggedImagesAsync(cancellationToken).ConfigureAwait(false);
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        await ForgetLostRecordsAsync(info, cancellationToken).ConfigureAwait(false);
        foreach (var part in await ListAsync(info, cancellationToken).ConfigureAwait(false))
        {
            if (part.IsDump || part.Store == store.StoreId())
            {
                await TryRemoveAsync(part, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// What the engine has that no record of this store names: dumps of nobody, and images, those of other stores included.
    /// </summary>
    public async Task<IReadOnlyList<OrphanedPart>> ListAsync(CancellationToken cancellationToken)
    {
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        return await ListAsync(info, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Removes a part, and with an image its dump: the dump first, for it is found again as long as the image is there. What a container
    /// is of stays, whoever's that is: the engine would take the image's name away.
    /// </summary>
    /// <returns>False where a container is of it, or the engine does not do it.</returns>
    /// <exception cref="CrCacheException">The engine does not answer (CRC1001).</exception>
    public async Task<bool> TryRemoveAsync(OrphanedPart part, CancellationToken cancellationToken)
    {
        var id = IdOf(part);
        try
        {
            if (!part.IsDump && await engine.ListContainersOfAsync(part.Name, cancellationToken).ConfigureAwait(false) is not [])
            {
                return false;
            }

            if (id is not null && part.Name != CheckpointImageNames.CleanOf(id))
            {
                var image = part.IsDump ? QuestionImage() : part.Name;
                await CrCacheRuntime.RemoveDumpAsync(engine, image, id, Labels(), cancellationToken).ConfigureAwait(false);
            }

            if (!part.IsDump)
            {
                await engine.RemoveImageAsync(part.Name, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.EngineCallFailed)
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<OrphanedPart>> ListAsync(EngineInfo info, CancellationToken cancellationToken)
    {
        var dumps = CrCacheRuntime.IsRegistered(info)
            ? await CrCacheRuntime.ListDumpsAsync(engine, QuestionImage(), Labels(), cancellationToken).ConfigureAwait(false)
            : null;
        var images = await engine.ListImagesAsync(CheckpointImageNames.Repository, cancellationToken).ConfigureAwait(false);
        var names = images.Select(image => image.Name).ToHashSet(StringComparer.Ordinal);
        var recorded = RecordedImages();
        var standForNothing = (dumps ?? []).Where(dump => !names.Contains(CheckpointImageNames.Of(dump.Id))).Select(DumpPart)
            .Concat(images.Where(image => !recorded.Contains(image.Name)).Select(ImagePart));
        var untagged = await engine.ListUntaggedImagesAsync(ImageLabels.Store, cancellationToken).ConfigureAwait(false);
        var withoutContainer = new List<OrphanedPart>();
        foreach (var part in standForNothing)
        {
            if (IdOf(part) is { } id && await engine.FindContainerAsync(id, cancellationToken).ConfigureAwait(false) is null)
            {
                withoutContainer.Add(part);
            }
        }

        // Once more, and only now: a container goes only when there is what stands for it afterwards.
        recorded = RecordedImages();
        var orphans = new List<OrphanedPart>();
        foreach (var part in withoutContainer)
        {
            if (part.IsDump
                ? await engine.FindImageAsync(CheckpointImageNames.Of(part.Name), cancellationToken).ConfigureAwait(false) is null
                : !recorded.Contains(part.Name))
            {
                orphans.Add(part);
            }
        }

        return [.. orphans, .. untagged.Select(ImagePart).Where(part => part.Store != store.StoreId())];
    }

    private static OrphanedPart DumpPart(DumpOnEngine dump) => new() { Name = dump.Id, IsDump = true, Bytes = dump.Bytes };

    private static OrphanedPart ImagePart(ImageSummary image) => new()
    {
        Name = image.Name,
        Store = image.Labels.GetValueOrDefault(ImageLabels.Store),
        User = image.Labels.GetValueOrDefault(ImageLabels.User),
        Created = TimeOf(image.Labels.GetValueOrDefault(ImageLabels.Time)),
        Bytes = image.Bytes,
    };

    private static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;

    private static string? IdOf(OrphanedPart part) => part.IsDump ? part.Name : CheckpointImageNames.ContainerOf(part.Name);

    private HashSet<string> RecordedImages() =>
        store.List().SelectMany(record => record.ImageNames).ToHashSet(StringComparer.Ordinal);

    private async Task ForgetLostRecordsAsync(EngineInfo info, CancellationToken cancellationToken)
    {
        var images = await engine.ListImagesAsync(CheckpointImageNames.Repository, cancellationToken).ConfigureAwait(false);
        var names = images.Select(image => image.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var record in store.List().Where(record => record.EngineId == info.Id && !record.ImageNames.All(names.Contains)))
        {
            // It may have been made anew since, or is just now.
            using var nobodyMakesIt = store.TryLock(record.Key);
            if (nobodyMakesIt is not null
                && store.Find(info.Id, record.Key) is { } known
                && !await known.IsWholeAsync(engine, cancellationToken).ConfigureAwait(false))
            {
                await new CheckpointRemover(engine, store).ForgetAsync(info.Id, record.Key, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Somebody has pruned images while a container was of this one, and it has lost nothing but its name. An image that is being made has
    // none for a moment, too.
    private async Task RemoveUntaggedImagesAsync(CancellationToken cancellationToken)
    {
        foreach (var image in await ListOwnUntaggedAsync(cancellationToken).ConfigureAwait(false))
        {
            var key = image.Labels.GetValueOrDefault(ImageLabels.Key, "");
            using var nobodyMakesIt = KeyShape.IsOne(key) ? store.TryLock(key) : null;
            if (nobodyMakesIt is not null
                && (await ListOwnUntaggedAsync(cancellationToken).ConfigureAwait(false)).Any(still => still.Name == image.Name))
            {
                await TryRemoveAsync(ImagePart(image), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<IEnumerable<ImageSummary>> ListOwnUntaggedAsync(CancellationToken cancellationToken) =>
        (await engine.ListUntaggedImagesAsync(ImageLabels.Store, cancellationToken).ConfigureAwait(false))
            .Where(image => image.Labels.GetValueOrDefault(ImageLabels.Store) == store.StoreId());

    private async Task RemoveTrialImagesAsync(CancellationToken cancellationToken)
    {
        foreach (var image in await engine.ListImagesAsync(CheckpointImageNames.TrialRepository, cancellationToken).ConfigureAwait(false))
        {
            if (OwnerTag.Parse(image.Labels.GetValueOrDefault(ImageLabels.Owner, ""))?.State() == OwnerState.Ended)
            {
                await CleanUp.RunAsync(() => engine.RemoveImageAsync(image.Name, cancellationToken)).ConfigureAwait(false);
            }
        }
    }

    private string QuestionImage() => store.List().Select(record => record.Memory?.ImageName).OfType<string>().FirstOrDefault(NoImage);

    private static Dictionary<string, string> Labels() => ContainerLabels.Of(ContainerLabels.ForTrial, "sweep");
}
