using System.Text.RegularExpressions;
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

    /// <summary>Where it keeps the dumps on the engine's machine.</summary>
    public const string Dumps = "/var/lib/crcache/dumps";

    private const string RemoveVariable = "CRCACHE_REMOVE";
    private const string VersionsVariable = "CRCACHE_VERSIONS";

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

    /// <summary>Deletes a dump; one that is not there is no error.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="image">An image that the engine should have: the runtime is asked by way of a container that never comes to be.</param>
    /// <param name="dump">The dump's key.</param>
    /// <param name="labels">The labels of that container.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CrCacheException">The runtime is not there, or could not do it (CRC1002).</exception>
    public static async Task RemoveDumpAsync(
        IEngine engine, string image, string dump, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        // That is the runtime's way of saying yes: there is nothing to create.
        var answer = await AskAsync(engine, image, Question(RemoveVariable, dump, labels), cancellationToken).ConfigureAwait(false);
        if (answer is not null && !answer.Message.Contains($"removed {dump}", StringComparison.Ordinal))
        {
            throw answer;
        }
    }

    /// <summary>The versions of CRIU and runc as the runtime finds them, or null where an older runtime cannot say.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="image">An image that the engine should have.</param>
    /// <param name="labels">The labels of the container that never comes to be.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<RuntimeVersions?> AskVersionsAsync(
        IEngine engine, string image, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(engine, image, Question(VersionsVariable, "1", labels), cancellationToken).ConfigureAwait(false);
        var match = Versions().Match(answer?.Message ?? "");
        return match.Success ? new RuntimeVersions(Found(match.Groups[1].Value), Found(match.Groups[2].Value)) : null;

        static string? Found(string version) => version == "none" ? null : version;
    }

    /// <summary>What the runtime said, without the engine's wrapping.</summary>
    public static string Essence(string message)
    {
        var start = message.IndexOf("crcache-runc:", StringComparison.Ordinal);
        return start < 0 ? message : message[start..].TrimEnd(':', ' ');
    }

    private static ContainerDefinition Question(string variable, string value, IReadOnlyDictionary<string, string> labels) => new()
    {
        Name = $"crcache-ask-{Guid.NewGuid():N}",
        Image = "",
        Labels = labels,
        Runtime = Name,
        Command = ["never-started"],
        Environment = new Dictionary<string, string> { [variable] = value },
        Network = false,
    };

    // Somebody may have removed the image that a dump belongs to; the dump is there all the same.
    private static async Task<CrCacheException?> AskAsync(
        IEngine engine, string image, ContainerDefinition question, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(engine, question with { Image = image }, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageMissingException)
        {
            return await TrialImage.UseAsync(
                engine,
                trial => AskAsync(engine, question with { Image = trial }, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
    }

    // A container that is created and started only for the error that the runtime answers with.
    private static async Task<CrCacheException?> AskAsync(IEngine engine, ContainerDefinition question, CancellationToken cancellationToken)
    {
        var id = await engine.CreateContainerAsync(question, cancellationToken).ConfigureAwait(false);
        try
        {
            await engine.StartContainerAsync(id, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.EngineCallFailed)
        {
            return e;
        }
        finally
        {
            await engine.RemoveContainerAsync(id, CancellationToken.None).ConfigureAwait(false);
        }
    }

    [GeneratedRegex("versions criu=([^ ]+) runc=([^ :]+)")]
    private static partial Regex Versions();
}
