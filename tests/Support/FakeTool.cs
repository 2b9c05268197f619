namespace CrCache.Tests;

/// <summary>
/// A made-up <c>crcache</c>: a shell script. It has the name of a .dll, so that the shell is its <c>dotnet</c>: a file that is
/// written and then executed itself may still be open in a process that another test starts at that moment.
/// </summary>
internal sealed class FakeTool : IDisposable
{
    public const string Shell = "/bin/sh";

    /// <param name="script">What it does; its folder is <c>$here</c>.</param>
    public FakeTool(string script)
    {
        Path = File("crcache.dll");
        System.IO.File.WriteAllText(Path, $"here='{Folder}'\n{script}\n");
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("crcache fake ").FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Folder, name);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
