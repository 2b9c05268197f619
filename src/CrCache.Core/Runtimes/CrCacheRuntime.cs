using CrCache.Diagnostics;
using CrCache.Engines;

namespace CrCache.Runtimes;

/// <summary>How crcache-runc is spoken to through ordinary calls of the engine's API (src/CrCache.Runtime/crcache-runc).</summary>
internal static partial class CrCacheRuntime
{
    /// <summary>The name under which the runtime is registered with an engine.</summary>
    public const string Name = "crcache";

    /// <summary>A container created with this variable is restored from the dump of that key.</summary>
    public const string RestoreVariable = "CRCACHE_RESTORE";

    /// <summary>
    /// With this one beside it, a container that the dump would give more than its own configuration is an error; without, it is
    /// started ordinarily.
    /// </summary>
    public const string RestoreOnlyVariable = "CRCACHE_RESTORE_ONLY";

    /// <summary>The variables of a container that is restored from the dump of that key, and nothing else.</summary>
    public static Dictionary<string, string> Restoring(string dump, string? secret = null) => new()
    {
        [RestoreVariable] = secret is null ? dump : $"{dump}.{secret}",
        [RestoreOnlyVariable] = "1",
    };

    /// <summary>Where it keeps the dumps on the engine's machine.</summary>
    public const string Dumps = "/var/lib/crcache/dumps";

    // The runtime's words where the engine's machine has no CRIU.
    private const string NoCriu = "CRIU is not installed";

    // SIGRTMIN+5; the runtime takes it for "dump this container under its own id".
    private const int DumpSignal = 39;

    /// <summary>Whether an engine knows the runtime.</summary>
    public static bool IsRegistered(EngineInfo info) => info.Runtimes.Contains(Name);

    /// <summary>What to tell the user of an engine that does not know it.</summary>
    public static string HowToRegister(IEngine engine) =>
        $"the engine at {engine.Endpoint} does not know the runtime '{Name}'. "
        + "Register it with `sudo crcache runtime configure --runtime docker`.";

    /// <summary>Starts a container that is to be dumped.</summary>
    /// <exception cref="CrCacheException">It cannot be started by this runtime (CRC1006).</exception>
    public static async Task StartAsync(IEngine engine, string containerId, CancellationToken cancellationToken)
    {
        try
        {
            await engine.StartContainerAsync(containerId, cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.EngineCallFailed)
        {
            throw new CrCacheException(
                ErrorCodes.RuntimeNotWorking,
                $"The runtime '{Name}' is registered, but the container cannot be started by it: {Essence(e.Message)} "
                + "`crcache runtime check` tells whether it is the runtime.",
                e);
        }
    }

    /// <summary>Dumps a running container's memory; the container ends with it.</summary>
    /// <returns>The dump's key.</returns>
    /// <exception cref="CrCacheException">CRIU is not installed (CRC1006) or could not do it (CRC3003).</exception>
    public static async Task<string> DumpAsync(IEngine engine, string containerId, CancellationToken cancellationToken)
    {
        try
        {
            await engine.SignalContainerAsync(containerId, DumpSignal, cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.EngineCallFailed)
        {
            if (e.Message.Contains(NoCriu, StringComparison.Ordinal))
            {
                throw new CrCacheException(
                    ErrorCodes.RuntimeNotWorking,
                    $"The runtime '{Name}' is registered, but {NoCriu} on the engine's machine. Install CRIU 4.2 or later there; "
                    + "`crcache runtime check` proves that it works.",
                    e);
            }

            throw new CrCacheException(ErrorCodes.DumpFailed, $"The container's memory cannot be dumped: {Essence(e.Message)}", e);
        }

        await engine.WaitForExitAsync(containerId, cancellationToken).ConfigureAwait(false);
        return containerId;
    }

    /// <summary>What the runtime said, without the engine's wrapping.</summary>
    public static string Essence(string message)
    {
        var start = message.IndexOf("crcache-runc:", StringComparison.Ordinal);
        return start < 0 ? message : message[start..].TrimEnd(':', ' ');
    }
}
