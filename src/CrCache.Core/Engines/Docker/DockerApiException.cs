using System.Net;

namespace CrCache.Engines.Docker;

/// <summary>The engine answered a call with an error.</summary>
internal sealed class DockerApiException(HttpStatusCode status, string text, string call) : Exception($"{text} ({call})")
{
    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>The engine's own words.</summary>
    public string Text { get; } = text;
}
