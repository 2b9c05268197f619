using System.Text.RegularExpressions;
using NuGet.Versioning;

namespace CrCache.Compatibility;

/// <summary>Reads versions as distributions write them.</summary>
public static partial class ComponentVersion
{
    /// <summary>
    /// The upstream version: <c>20.10.24+dfsg1</c>, <c>4.2.1-1</c>, <c>1:28.5.2~ds1</c>, <c>6.18.44-generic</c> are 20.10.24, 4.2.1,
    /// 28.5.2, 6.18.44. What a distribution appends is a revision of its own, but NuGet would take <c>-1</c> for a pre-release, which
    /// comes before 4.2.1. A release candidate (<c>6.18.0-rc3</c>, <c>1.4.0~rc1</c>) is one there as well.
    /// </summary>
    /// <returns>The version, or null where the text holds none.</returns>
    public static NuGetVersion? Parse(string? text)
    {
        var match = Shape().Match(text ?? "");
        if (!match.Success)
        {
            return null;
        }

        var candidate = match.Groups["candidate"];
        var label = candidate.Success ? $"-{candidate.Value.ToLowerInvariant()}" : "";
        return NuGetVersion.TryParse(match.Groups["number"].Value + label, out var version) ? version : null;
    }

    [GeneratedRegex(
        @"^\s*(v|[0-9]+:)?(?<number>[0-9]+(\.[0-9]+){0,3})([-~.]?(?<candidate>(rc|alpha|beta)[.-]?[0-9]*))?",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
