using System.Globalization;
using System.Text;

namespace CrCache.Tasks;

/// <summary>
/// What is waited for, in a file: who makes the checkpoints and who shows it may be two processes, for MSBuild builds projects on
/// any of its nodes.
/// </summary>
internal sealed class StatusFile(string path)
{
    private const string End = "end";
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes what there is to say now, with a number that is another than the last one.</summary>
    public void Write(int number, string text) => Write(number.ToString(CultureInfo.InvariantCulture), text);

    /// <summary>Writes that all is over, and what came of it.</summary>
    public void WriteEnd(string text) => Write(End, text);

    /// <summary>What was written last; its number is null in the end, which also is when the file is gone.</summary>
    public (int? Number, string Text) Read()
    {
        try
        {
            var lines = File.ReadAllText(path, s_utf8).Split(['\n'], 2);
            var hasNumber = int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            return (hasNumber ? number : null, lines[lines.Length - 1]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, "");
        }
    }

    // A reader sees the old or the new one, never half of it.
    private void Write(string first, string text)
    {
        try
        {
            FileContent.WriteWhenDifferent(path, $"{first}\n{text}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is shown is older by one then, or ends early: nothing to fail a build for.
        }
    }
}
