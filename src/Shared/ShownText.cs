using System.Globalization;
using System.Text;

namespace CrCache.Shared;

/// <summary>
/// Text for a person's terminal, of which containers, images, registries and engines may have written a part. A terminal obeys
/// what stands in it: it moves the cursor over what was written before, sets the window's title, answers as if by the keyboard.
/// </summary>
internal static class ShownText
{
    /// <summary>The text with line breaks and tabs as they are, and every other control character as <c>\u001b</c>.</summary>
    public static string Of(string text)
    {
        StringBuilder? shown = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var isEnd = c == '\r' && i + 1 < text.Length && text[i + 1] == '\n';
            if (!char.IsControl(c) && !TurnsAround(c) || c is '\n' or '\t' || isEnd)
            {
                shown?.Append(c);
                continue;
            }

            shown ??= new StringBuilder(text, 0, i, text.Length + 16);
            shown.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }

        return shown?.ToString() ?? text;
    }

    // Marks of the direction of writing, by which a line reads as another one than it is.
    private static bool TurnsAround(char c) => c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
