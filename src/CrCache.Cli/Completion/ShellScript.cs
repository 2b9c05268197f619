namespace CrCache.Cli.Completion;

/// <summary>
/// The completion scripts. All ask the same way: <c>crcache [suggest:POSITION] LINE</c> prints what may stand at a position of
/// a line, one a line. After `--` the line belongs to another command, so files are completed there.
/// </summary>
internal static class ShellScript
{
    private const string Folder = "completion/";

    /// <summary>The shells that there is a script for.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish", "pwsh"];

    /// <summary>The script of one of <see cref="Shells"/>.</summary>
    public static string For(string shell)
    {
        using var reader = new StreamReader(typeof(ShellScript).Assembly.GetManifestResourceStream(Folder + shell)!);
        return reader.ReadToEnd();
    }
}
