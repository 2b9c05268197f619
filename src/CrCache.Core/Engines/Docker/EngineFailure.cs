using System.Net.Sockets;
using System.Text.Json;
using CrCache.Diagnostics;
using Docker.DotNet;

namespace CrCache.Engines.Docker;

/// <summary>The one place where a failure of the engine, or of the way to it, becomes an error for people.</summary>
/// <param name="endpoint">The engine.</param>
/// <param name="what">What it was to do, as in "refused to …".</param>
internal sealed class EngineFailure(EngineEndpoint endpoint, string what)
{
    /// <summary>True for an exception that is not yet for people.</summary>
    public static bool IsRaw(Exception e) => e is not (CrCacheException or ImageMissingException or OperationCanceledException);

    /// <summary>The error for what the client of the engine, or a stream of its, has thrown.</summary>
    /// <param name="e">What was thrown.</param>
    /// <param name="cancellationToken">That of the call: where it was cancelled, nothing has failed.</param>
    public Exception Translate(Exception e, CancellationToken cancellationToken) => e switch
    {
        _ when cancellationToken.IsCancellationRequested => new OperationCanceledException(e.Message, e, cancellationToken),
        DockerApiException refusal => Refused(Words(refusal), e),
        HttpRequestException { InnerException: SocketException socket } => Unreachable(socket),
        _ when IsBroken(e) => Broken(e),
        _ => new CrCacheException(
            ErrorCodes.EngineCallFailed, $"The engine at {endpoint} was to {what}, and its answer cannot be understood: {e.Message}", e),
    };

    /// <summary>The error for a refusal in the engine's own words.</summary>
    public CrCacheException Refused(string words, Exception? e = null) =>
        new(ErrorCodes.EngineCallFailed, $"The engine at {endpoint} refused to {what}: {words}", e);

    /// <summary>The error of an engine that hangs.</summary>
    public CrCacheException Silent() => new(
        ErrorCodes.NoEngine,
        $"The engine at {endpoint} was to {what}; it accepts connections and does not answer. "
        + "It hangs, or is stopped: restart it, or set DOCKER_HOST to an engine that runs.");

    /// <summary>The error of one that answers, but does not get done with what it was asked for.</summary>
    public CrCacheException Slow() => new(
        ErrorCodes.EngineCallFailed,
        $"The engine at {endpoint} was to {what}, and has not done it in time, though it answers otherwise. "
        + "Its log may say what it waits for (`journalctl -u docker`).");

    /// <summary>The engine's own words in a refusal.</summary>
    public static string Words(DockerApiException refusal)
    {
        var body = refusal.ResponseBody?.Trim() ?? "";
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("message").GetString() ?? body;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return body.Length > 0 ? body : $"status {(int)refusal.StatusCode}";
        }
    }

    private CrCacheException Unreachable(SocketException e)
    {
        var reason = e.SocketErrorCode switch
        {
            SocketError.AccessDenied => "this user may not use it (add the user to the group that owns the socket, usually 'docker')",
            SocketError.WouldBlock or SocketError.TryAgain => "it does not take the connections that wait for it already",
            SocketError.AddressNotAvailable => "there is no such socket", // of a file that is missing the system says something else
            _ => e.Message,
        };
        return new CrCacheException(
            ErrorCodes.NoEngine,
            $"No container engine answers at {endpoint}: {reason}. Start Docker, or set DOCKER_HOST to an engine that runs.",
            e);
    }

    private CrCacheException Broken(Exception e)
    {
        var reason = Causes(e).OfType<SocketException>().FirstOrDefault() is { } socket ? $" ({socket.Message})" : "";
        return new CrCacheException(
            ErrorCodes.NoEngine,
            $"The engine at {endpoint} was to {what}, and the connection to it broke off{reason}. "
            + "See whether it still runs, and try again.",
            e);
    }

    // An answer without a first line is how the package sees a connection that was closed.
    private static bool IsBroken(Exception e) =>
        Causes(e).Any(cause => cause is IOException or SocketException)
        || e is HttpRequestException { InnerException: InvalidOperationException };

    private static IEnumerable<Exception> Causes(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
