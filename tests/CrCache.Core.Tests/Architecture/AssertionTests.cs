using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrCache.Core.Tests.Architecture;

/// <summary>A test that asserts nothing says nothing.</summary>
public sealed class AssertionTests
{
    private static readonly string[] s_attributes = ["Fact", "Theory", "Requires"];

    [Fact]
    public void Each_test_asserts_something() => Findings.None(SourceFile.All
        .Where(
            file => file.Path.StartsWith("tests/", StringComparison.Ordinal) && !file.Folder.EndsWith("/Probe", StringComparison.Ordinal))
        .SelectMany(file => file.Tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Where(method => IsTest(method) && !Asserts(method, []))
            .Select(method => $"{file.Path}: {method.Identifier}")));

    // It does itself, or a method of the same class does that it calls; or a helper with a name that says so.
    private static bool Asserts(MethodDeclarationSyntax method, HashSet<string> seen)
    {
        var called = method.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(call => call.Expression.ToString()).ToArray();
        var methods = method.Parent!.ChildNodes().OfType<MethodDeclarationSyntax>().ToLookup(other => other.Identifier.Text);
        return called.Any(name => IsAssertion(name) || (seen.Add(name) && methods[name].Any(other => Asserts(other, seen))));
    }

    private static bool IsAssertion(string called) =>
        called.StartsWith("Assert.", StringComparison.Ordinal) || called == "Findings.None"
        || called.Split('.')[^1] is var name && (name.StartsWith("Assert", StringComparison.Ordinal)
            || name is "Succeeded" or "Failed" or "Says" or "DoesNotSay" or "Passed" or "AreGoneAsync");

    private static bool IsTest(MethodDeclarationSyntax method) =>
        method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => s_attributes.Contains(attribute.Name.ToString()));
}
