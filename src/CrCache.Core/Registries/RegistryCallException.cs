using System.Net;

namespace CrCache.Registries;

/// <summary>A registry answered a call with an error.</summary>
internal sealed class RegistryCallException(HttpStatusCode status, string text, TimeSpan? retryAfter = null)
    : Exception($"{(int)status} {text}".TrimEnd())
{
    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>How long the registry asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
