using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrCache.Core.Tests.Architecture;

/// <summary>A file of our own C#.</summary>
/// <param name="Path">Where it is in the repository, with slashes.</param>
/// <param name="Text">What it says.</param>
internal sealed record SourceFile(string Path, string Text)
{
    private static readonly string[] s_roots = ["src", "tests", "bench", "sdk-samples"];
    private static readonly string[] s_generated = ["bin", "obj", "node_modules"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SourceFile> All { get; } = [.. s_roots.SelectMany(root => In(Repository.In(root), "*.cs"))];

    /// <summary>Our scripts, which are held to the same lengths; not what images are made of, for a letter makes another image.</summary>
    public static IReadOnlyList<SourceFile> Scripts { get; } =
    [
        .. In(Repository.In("eng"), "*.sh").Where(file => !file.Path.StartsWith("eng/images/", StringComparison.Ordinal)),
        .. In(Repository.In("src", "CrCache.Runtime"), "crcache-runc*"),
    ];

    /// <summary>The folder that it lies in.</summary>
    public string Folder => Path[..Path.LastIndexOf('/')];

    /// <summary>As a compiler reads it.</summary>
    public SyntaxTree Tree { get; } = CSharpSyntaxTree.ParseText(
        Text, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest).WithDocumentationMode(DocumentationMode.Parse), Path);

    private static IEnumerable<SourceFile> In(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern)
            .Select(
                path => new SourceFile(System.IO.Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'), File.ReadAllText(path)))
            .Concat(
                Directory.EnumerateDirectories(folder)
                    .Where(path => !s_generated.Contains(System.IO.Path.GetFileName(path)))
                    .SelectMany(child => In(child, pattern)));
}
