using System.Text.Json;

namespace CrCache.DockerConfiguration;

/// <summary>Members of JSON that may be there or not.</summary>
internal static class JsonMembers
{
    /// <summary>The element as one that may be there or not.</summary>
    public static JsonElement? AsNullable(this JsonElement element) => element;

    /// <summary>A member, or null where there is none.</summary>
    public static JsonElement? Member(this JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var member) ? member : null;

    /// <summary>A member's text, or null where there is none.</summary>
    /// <exception cref="InvalidOperationException">It is no text.</exception>
    public static string? Text(this JsonElement? element, string name) => element.Member(name)?.GetString();
}
