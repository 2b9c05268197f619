namespace CrCache.Presets;

/// <summary>
/// A user whom the image makes where variables say so: each of the two is a text, or <c>{env:NAME}</c> for what a variable of the
/// container holds.
/// </summary>
public sealed record PresetAccount
{
    private const string Start = "{env:";

    /// <summary>The user's name.</summary>
    public required string User { get; init; }

    /// <summary>The password.</summary>
    public required string Password { get; init; }

    /// <summary>The variable that a member names, or null for a text.</summary>
    internal static string? Variable(string member) =>
        member.StartsWith(Start, StringComparison.Ordinal) && member.EndsWith('}') ? member[Start.Length..^1] : null;
}
