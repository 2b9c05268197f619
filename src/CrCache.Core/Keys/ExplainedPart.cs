namespace CrCache.Keys;

/// <summary>A part of a key beside the same part of an older one.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">Its value, or null where only the older key has it.</param>
/// <param name="Was">Its value in the older key, or null.</param>
/// <param name="Change"><c>same</c>, <c>changed</c>, <c>added</c> or <c>removed</c>.</param>
public sealed record ExplainedPart(string Name, string? Value, string? Was, string Change)
{
    /// <summary>The parts of a key against those of an older one; without an older one all are the same.</summary>
    public static IReadOnlyList<ExplainedPart> Compare(IReadOnlyList<KeyPart> parts, IReadOnlyList<KeyPart>? older)
    {
        var was = (older ?? parts).ToDictionary(part => part.Name, part => part.Value);
        var explained = parts.Select(part => was.Remove(part.Name, out var value)
            ? new ExplainedPart(part.Name, part.Value, value, part.Value == value ? "same" : "changed")
            : new ExplainedPart(part.Name, part.Value, null, "added")).ToList();
        return [.. explained, .. was.Select(part => new ExplainedPart(part.Key, null, part.Value, "removed"))];
    }
}
