using System.Globalization;

namespace CrCache.Shared;

/// <summary>How an age is written, on the command line and on an item: <c>30m</c>, <c>12h</c>, <c>7d</c>.</summary>
internal static class Age
{
    /// <summary>How it is written, for messages.</summary>
    public const string Shape = "a number with m, h or d, such as 30m, 12h or 7d";

    /// <summary>Reads one; null where the text is none.</summary>
    public static TimeSpan? Parse(string text) =>
        text.Length > 1
        && int.TryParse(text.Remove(text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? text[text.Length - 1] switch
            {
                'm' => TimeSpan.FromMinutes(number),
                'h' => TimeSpan.FromHours(number),
                'd' => TimeSpan.FromDays(Math.Min(number, 100_000)),
                _ => null,
            }
            : null;
}
