using System.Runtime.InteropServices;

namespace CrCache.Shared;

/// <summary>
/// Where a program is that is named without a folder. .NET looks beside its own executable and in the current directory first, which
/// may be somebody else's sources; a shell looks on the <c>PATH</c> alone, and so does this.
/// </summary>
internal static class ProgramPath
{
    private const int Executable = 1; // X_OK

    /// <summary>Its path; null where there is none on the <c>PATH</c>. A name with a folder in it is the path already.</summary>
    public static string? Find(string program)
    {
        if (program.IndexOfAny([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar]) >= 0)
        {
            return program;
        }

        // An entry that is empty or relative is the current directory again, or depends on it.
        var isWindows = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);
        string[] names = isWindows ? [program, program + ".exe"] : [program];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(Path.IsPathRooted)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(path => File.Exists(path) && (isWindows || LibC.Access(path, Executable) == 0));
    }
}
