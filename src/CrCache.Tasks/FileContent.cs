using System.Text;

namespace CrCache.Tasks;

/// <summary>Files that are inputs of other steps: one that is written without need makes those run again.</summary>
internal static class FileContent
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes the file when it does not have this content already; says whether it did.</summary>
    public static bool WriteWhenDifferent(string path, string content)
    {
        if (File.Exists(path) && File.ReadAllText(path) == content)
        {
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // Two test runs of one project may do this at once: a reader sees the old or the new file, never half of one.
        var temporary = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllText(temporary, content, s_utf8);
        if (File.Exists(path))
        {
            File.Replace(temporary, path, null);
        }
        else
        {
            File.Move(temporary, path);
        }

        return true;
    }
}
