using System.Diagnostics;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Ownership;

namespace CrCache.Runtimes;

/// <summary>Proves that an engine can dump a process and restore it, with a tiny one and the real runtime.</summary>
public static class RuntimeCheck
{
    // It writes at once; a machine that is busy with other work may take its time to say so.
    private static readonly TimeSpan s_greetingTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Dumps and restores; leaves nothing behind.</summary>
    /// <exception cref="CrCacheException">The runtime is not registered (CRC1005) or cannot do it (CRC1006).</exception>
    public static async Task ProveAsync(IEngine engine, CancellationToken cancellationToken)
    {
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        if (!CrCacheRuntime.IsRegistered(info))
        {
            throw new CrCacheException(
                ErrorCodes.RuntimeNotRegistered,
                $"The engine at {engine.Endpoint} does not know the runtime '{CrCacheRuntime.Name}'. "
                + "Register it with `sudo crcache runtime configure --runtime docker`.");
        }

        await TrialImage.UseAsync(
            engine,
            async image =>
            {
                await ProveAsync(engine, image, cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task ProveAsync(IEngine engine, string image, CancellationToken cancellationToken)
    {
        var frozen = "";
        var dumped = "";
        var definition = Definition(image);
        try
        {
            dumped = await StartAsync(engine, definition, cancellationToken).ConfigureAwait(false);
            await WaitForGreetingAsync(engine, dumped, cancellationToken).ConfigureAwait(false);
            var dump = await CrCacheRuntime.DumpAsync(engine, dumped, cancellationToken).ConfigureAwait(false);
            frozen = await engine.CommitAsync(
                dumped, CheckpointImageNames.TrialRepository, dumped, ImageLabels.ForMoment(), cancellationToken).ConfigureAwait(false);
            var restored = await StartAsync(
                engine,
                Definition(frozen) with { Environment = CrCacheRuntime.Restoring(dump) },
                cancellationToken).ConfigureAwait(false);
            try
            {
                await VerifyAsync(engine, restored, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await engine.RemoveContainerAsync(restored, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (CrCacheException e) when (e.Code is ErrorCodes.EngineCallFailed or ErrorCodes.DumpFailed)
        {
            throw new CrCacheException(
                ErrorCodes.RuntimeNotWorking,
                $"The runtime '{CrCacheRuntime.Name}' is registered but does not work: {CrCacheRuntime.Essence(e.Message)}",
                e);
        }
        finally
        {
            await CleanUpAsync(engine, image, frozen, dumped).ConfigureAwait(false);
        }
    }

    private static ContainerDefinition Definition(string image) => new()
    {
        Name = $"crcache-check-{Guid.NewGuid().ToString("N")[..8]}",
        Image = image,
        Labels = ContainerLabels.Of(ContainerLabels.ForTrial, "check"),
        Command = [TrialProgram.Path],
        Hostname = "check",
        Runtime = CrCacheRuntime.Name,
        SeccompProfile = SeccompProfile.WithoutIoUring,
        Network = false,
    };

    private static async Task<string> StartAsync(IEngine engine, ContainerDefinition definition, CancellationToken cancellationToken)
    {
        var id = await engine.CreateContainerAsync(definition, cancellationToken).ConfigureAwait(false);
        try
        {
            await engine.StartContainerAsync(id, cancellationToken).ConfigureAwait(false);
            return id;
        }
        catch
        {
            await engine.RemoveContainerAsync(id, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task WaitForGreetingAsync(IEngine engine, string id, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < s_greetingTimeout)
        {
            var log = await engine.GetLogAsync(id, 1, cancellationToken).ConfigureAwait(false);
            if (log.Contains(TrialProgram.Greeting, StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(20, cancellationToken).ConfigureAwait(false);
        }

        throw new CrCacheException(
            ErrorCodes.RuntimeNotWorking,
            $"The trial program was started but wrote nothing within {s_greetingTimeout.TotalSeconds} s. It is made for x86-64 engines "
            + "only.");
    }

    private static async Task VerifyAsync(IEngine engine, string id, CancellationToken cancellationToken)
    {
        var state = await engine.FindContainerAsync(id, cancellationToken).ConfigureAwait(false);
        var log = await engine.GetLogAsync(id, 1, cancellationToken).ConfigureAwait(false);
        if (state is not { Running: true } || log.Length > 0)
        {
            var what = state is { Running: true } ? "was started anew instead of restored" : "does not run";
            throw new CrCacheException(
                ErrorCodes.RuntimeNotWorking,
                $"The restored trial program {what}. Is the runtime in the engine's daemon.json that of this version? "
                + "Run `sudo crcache runtime configure --runtime docker`.");
        }
    }

    private static async Task CleanUpAsync(IEngine engine, string image, string frozen, string dumped)
    {
        if (dumped.Length > 0)
        {
            var labels = ContainerLabels.Of(ContainerLabels.ForTrial, "check");
            await CleanUp.RunAsync(() => CrCacheRuntime.RemoveDumpAsync(engine, image, dumped, labels, CancellationToken.None))
                .ConfigureAwait(false);
            await CleanUp.RunAsync(() => engine.RemoveContainerAsync(dumped, CancellationToken.None)).ConfigureAwait(false);
        }

        if (frozen.Length > 0)
        {
            await CleanUp.RunAsync(() => engine.RemoveImageAsync(frozen, CancellationToken.None)).ConfigureAwait(false);
        }
    }
}
