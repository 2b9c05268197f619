using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Specs;

namespace CrCache.Readiness;

/// <summary>How long a published port may take to answer, and whether it is a port of this machine at all.</summary>
/// <param name="Engine">The engine that has published it.</param>
/// <param name="Spec">What is to answer.</param>
/// <param name="Timeout">The time.</param>
internal sealed record AnswerPatience(IEngine Engine, CheckpointSpec Spec, TimeSpan Timeout)
{
    /// <summary>
    /// How long nothing may listen on a port before that is asked: the engine's own listener is there before the container is,
    /// unless that is another machine's, or its ports are brought here by somebody else.
    /// </summary>
    public static readonly TimeSpan WithNobody = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Asked where nothing listens on the port: the engine may be on another machine (its socket forwarded by ssh or socat), or this
    /// may be a container that has the socket mounted. 127.0.0.1 is another one there.
    /// </summary>
    /// <exception cref="CrCacheException">The engine's machine has another name than this one (CRC1010).</exception>
    public async Task CheckMachineAsync(CancellationToken cancellationToken)
    {
        var info = await Engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);

        // .NET cuts this machine's name off at its first dot.
        if (!info.Machine.Split('.')[0].Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase))
        {
            throw new CrCacheException(
                ErrorCodes.EngineElsewhere,
                $"{Spec.Name}: the engine at {Engine.Endpoint.Address.OriginalString} runs on the machine '{info.Machine}', and this is "
                + $"'{Environment.MachineName}': it publishes ports on 127.0.0.1 there, and nothing listens here. A socket that is "
                + "forwarded (ssh -L, socat) or mounted into a container is not enough: run on that machine; in a container, with "
                + "--network host.");
        }
    }
}
