using System.Text.RegularExpressions;
using CrCache.Diagnostics;

namespace CrCache.Core.Tests.Documentation;

public sealed partial class ErrorTableTests
{
    [Fact]
    public void The_documentation_explains_each_code_of_the_code_and_no_other()
    {
        var core = typeof(ErrorCodes).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToArray();
        Assert.Equal(core.Length, core.Distinct().Count());
        var clients = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.*", SearchOption.AllDirectories)
            .Where(path => (path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".targets", StringComparison.Ordinal))
                && !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(path => Code().Matches(File.ReadAllText(path)).Select(match => match.Value));
        var documented = File.ReadLines(Path.Combine(Repository.Root, "docs", "errors.md"))
            .Where(line => line.StartsWith("| CRC", StringComparison.Ordinal))
            .Select(line => Code().Match(line).Value)
            .ToArray();
        Assert.Equal(core.Concat(clients).Distinct().Order(StringComparer.Ordinal), documented);
    }

    [GeneratedRegex("CRC[0-9]{4}")]
    private static partial Regex Code();
}
