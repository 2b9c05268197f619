using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrCache.Core.Tests.Architecture;

/// <summary>How long a file, a line and a list of parameters may be, and where a file lies.</summary>
public sealed partial class ShapeTests
{
    private const int MostLines = 250;
    private const int LongestLine = 140;
    private const int MostParameters = 5;
    private static readonly string[] s_imports = ["LibraryImport", "DllImport"];

    private static readonly HashSet<string> s_ownInterfaces =
    [
        .. SourceFile.All.SelectMany(file => file.Tree.GetRoot().DescendantNodes().OfType<InterfaceDeclarationSyntax>())
            .Select(declared => declared.Identifier.Text),
    ];

    [Fact]
    public void No_file_is_long() => Findings.None(SourceFile.All.Concat(SourceFile.Scripts)
        .Select(file => (file.Path, Count: file.Text.Split('\n').Length - 1))
        .Where(file => file.Count > MostLines)
        .Select(file => $"{file.Path}: {file.Count} lines"));

    [Fact]
    public void No_line_is_long() => Findings.None(SourceFile.All.Concat(SourceFile.Scripts).SelectMany(file => file.Text.Split('\n')
        .Select((line, index) => (Number: index + 1, line.TrimEnd('\r').Length))
        .Where(line => line.Length > LongestLine)
        .Select(line => $"{file.Path}:{line.Number}: {line.Length} columns")));

    [Fact]
    public void No_method_has_many_parameters() => Findings.None(SourceFile.All
        .Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal) || file.Path.StartsWith("tests/", StringComparison.Ordinal))
        .SelectMany(file => file.Tree.GetRoot().DescendantNodes().OfType<ParameterListSyntax>()
            .Where(list => list.Parameters.Count > MostParameters && list.Parent is { } parent && !IsExcepted(parent))
            .Select(list => $"{file.Path}:{LineOf(list)}: {list.Parameters.Count} parameters")));

    [Fact]
    public void Each_namespace_is_its_folder() => Findings.None(SourceFile.All
        .Where(file => ProjectOf(file) is not null)
        .SelectMany(file => file.Tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
            .Select(declared => declared.Name.ToString())
            .Where(name => name != ExpectedNamespace(file))
            .Select(name => $"{file.Path}: {name} in place of {ExpectedNamespace(file)}")));

    // Plain data, attributes, what the system, a base class or somebody else's interface has laid down.
    private static bool IsExcepted(SyntaxNode declaration) => declaration switch
    {
        RecordDeclarationSyntax => true,
        ConstructorDeclarationSyntax { Parent: RecordDeclarationSyntax } => true,
        ClassDeclarationSyntax type => IsAttribute(type),
        ConstructorDeclarationSyntax { Parent: ClassDeclarationSyntax type } => IsAttribute(type),
        MethodDeclarationSyntax method => method.ExplicitInterfaceSpecifier is not null
            || method.Modifiers.Any(SyntaxKind.OverrideKeyword)
            || method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => s_imports.Contains(attribute.Name.ToString()))
            || (method.Modifiers.Any(SyntaxKind.PublicKeyword) && method.Parent is ClassDeclarationSyntax { BaseList: { } bases }
                && bases.Types.Any(type => IsForeignInterface(type.Type.ToString()))),
        _ => false,
    };

    private static bool IsForeignInterface(string name) => ForeignInterface().IsMatch(name) && !s_ownInterfaces.Contains(name);

    private static bool IsAttribute(ClassDeclarationSyntax type) => type.Identifier.Text.EndsWith("Attribute", StringComparison.Ordinal);

    private static string ExpectedNamespace(SourceFile file)
    {
        var project = ProjectOf(file)!;
        var name = Path.GetFileNameWithoutExtension(project);
        var root = name == "CrCache.Core" ? "CrCache" // whose rooms are what everybody uses
            : RootNamespace().Match(File.ReadAllText(project)) is { Success: true } match ? match.Groups[1].Value
            : name;
        var folder = Path.GetRelativePath(Path.GetDirectoryName(project)!, Repository.In(file.Folder));
        return folder == "." ? root : $"{root}.{folder.Replace(Path.DirectorySeparatorChar, '.')}";
    }

    // Null where it is only linked or copied from.
    private static string? ProjectOf(SourceFile file)
    {
        var parts = file.Path.Split('/');
        return parts is ["src" or "tests" or "bench", not "CrCache.Sdk", ..] && parts[^2] != "Probe"
            ? Directory.EnumerateFiles(Repository.In(parts[..2]), "*.csproj").SingleOrDefault()
            : null;
    }

    private static int LineOf(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    [GeneratedRegex("^I[A-Z]")]
    private static partial Regex ForeignInterface();

    [GeneratedRegex("<RootNamespace>(.*?)</RootNamespace>")]
    private static partial Regex RootNamespace();
}
