using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrCache.Core.Tests.Architecture;

/// <summary>A file of Core names a type that lies in another folder, or a member of it.</summary>
/// <param name="From">The file's folder in Core.</param>
/// <param name="File">The file.</param>
/// <param name="To">The folder of the type.</param>
/// <param name="Type">The type.</param>
internal sealed record Use(string From, string File, string To, string Type)
{
    private const string Core = "src/CrCache.Core/";

    // Those of the SDK (ImplicitUsings).
    private const string GlobalUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    /// <summary>All there are, by the compiler's own understanding of the source: constants and references of comments too.</summary>
    public static IReadOnlyList<Use> InCore()
    {
        var files = SourceFile.All.Where(file => file.Path.StartsWith(Core, StringComparison.Ordinal)).ToArray();
        var shared = SourceFile.All.Where(file => file.Path.StartsWith("src/Shared/", StringComparison.Ordinal));
        var compilation = CSharpCompilation.Create(
            "Core",
            [.. files.Concat(shared).Select(file => file.Tree), CSharpSyntaxTree.ParseText(GlobalUsings)],
            References());
        return [.. files.AsParallel().SelectMany(file => Of(file, compilation.GetSemanticModel(file.Tree))).Distinct()];
    }

    public override string ToString() => $"{File} ({From}) uses {Type} ({To})";

    private static IEnumerable<Use> Of(SourceFile file, SemanticModel model)
    {
        foreach (var name in file.Tree.GetRoot().DescendantNodes(descendIntoTrivia: true).OfType<SimpleNameSyntax>())
        {
            var info = model.GetSymbolInfo(name);
            if ((info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) is { } symbol
                && TypeOf(symbol) is { } type
                && type.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.FilePath is { } path
                && path.StartsWith(Core, StringComparison.Ordinal)
                && FolderOf(path) != FolderOf(file.Path))
            {
                yield return new Use(FolderOf(file.Path), Path.GetFileName(file.Path), FolderOf(path), type.Name);
            }
        }
    }

    private static INamedTypeSymbol? TypeOf(ISymbol symbol)
    {
        var type = symbol.OriginalDefinition is INamedTypeSymbol named ? named : symbol.OriginalDefinition.ContainingType;
        while (type?.ContainingType is { } outer)
        {
            type = outer;
        }

        return type;
    }

    private static string FolderOf(string path) => path.LastIndexOf('/') is var end && end < Core.Length ? "" : path[Core.Length..end];

    private static IEnumerable<MetadataReference> References() => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => !Path.GetFileName(path).StartsWith("CrCache.", StringComparison.Ordinal))
        .Select(path => MetadataReference.CreateFromFile(path));
}
