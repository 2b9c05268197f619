using System.Globalization;
using System.Net;
using System.Text;
using CrCache.Bench.Measuring;

namespace CrCache.Bench.Reporting;

/// <summary>The picture: horizontal bars on one scale of seconds, readable on light and on dark pages.</summary>
internal static class BarChart
{
    private const int Width = 760;
    private const int Left = 160;
    private const int Right = 110;
    private const int BarHeight = 16;
    private const int BarStep = 22;
    private const int GroupGap = 34;

    // Colours of middle lightness: they stand out from white and from black.
    private const string Style = """
        <style>
          text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f }
          .title { font-weight: 600; font-size: 14px }
          .quiet { fill: #57606a; font-size: 12px }
          .first { fill: #1f883d } .other { fill: #8c959f } .spread { stroke: #24292f; stroke-width: 1.5 }
          .grid { stroke: #8c959f; stroke-opacity: .3 }
          @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3 } .quiet { fill: #9198a1 } .first { fill: #3fb950 } .other { fill: #6e7681 } .spread { stroke: #e6edf3 }
          }
        </style>
        """;

    /// <summary>Draws the measured sides of all experiments, the first side of each in a colour of its own.</summary>
    /// <param name="results">What was measured, each with at least one side, all of it in ms.</param>
    /// <param name="conditions">One line about the circumstances.</param>
    public static string Draw(IReadOnlyList<ExperimentResult> results, string conditions)
    {
        var longest = results.SelectMany(group => group.Sides).Max(side => side.Spread.Max);
        var step = Step(longest);
        var scale = (Width - Left - Right) / longest;
        var (svg, y) = (new StringBuilder(), 44);
        foreach (var group in results)
        {
            Text(svg, 12, y + 4, "title", group.Experiment.Title);
            y += 12;
            foreach (var (side, spread) in group.Sides)
            {
                Bar(svg, y, scale, (side.Label, spread), first: side == group.Experiment.Sides[0]);
                y += BarStep;
            }

            y += GroupGap - 12;
        }

        var bottom = y - GroupGap + 16;
        var grid = new StringBuilder();
        for (var seconds = 0.0; seconds * 1000 <= longest; seconds += step)
        {
            var x = Left + (seconds * 1000 * scale);
            grid.AppendLine(Invariant($"""<line class="grid" x1="{x:0.#}" y1="36" x2="{x:0.#}" y2="{bottom}"/>"""));
            grid.AppendLine(Invariant(
                $"""<text class="quiet" x="{x:0.#}" y="{bottom + 15}" text-anchor="middle">{seconds:0.##} s</text>"""));
        }

        var height = bottom + 44;
        var size = Invariant($"""viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" """).TrimEnd();
        return $"""<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t">"""
            + $"\n<title id=\"t\">Time to the first answered query</title>\n{Style}\n"
            + """<text class="title" x="12" y="22">Time to the first answered query (dotnet test: to its end), shorter is better</text>"""
            + "\n" + grid + svg
            + Invariant($"""<text class="quiet" x="12" y="{height - 8}">{WebUtility.HtmlEncode(conditions)}</text>""") + "\n</svg>\n";
    }

    private static void Bar(StringBuilder svg, int y, double scale, (string Label, Spread Spread) side, bool first)
    {
        var spread = side.Spread;
        double X(double milliseconds) => Left + (milliseconds * scale);
        var middle = y + (BarHeight / 2);
        Text(svg, Left - 8, y + 13, "end", side.Label);
        var (kind, width) = (first ? "first" : "other", spread.Median * scale);
        svg.AppendLine(Invariant(
            $"""<rect class="{kind}" x="{Left}" y="{y}" width="{width:0.#}" height="{BarHeight}" rx="2"/>"""));
        svg.AppendLine(Invariant(
            $"""<line class="spread" x1="{X(spread.Min):0.#}" y1="{middle}" x2="{X(spread.Max):0.#}" y2="{middle}"/>"""));
        Text(svg, (int)X(Math.Max(spread.Max, spread.Median)) + 8, y + 13, "value", Invariant($"{spread.Median / 1000:0.00} s"));
    }

    private static void Text(StringBuilder svg, int x, int y, string kind, string text)
    {
        var anchor = kind == "end" ? " text-anchor=\"end\"" : "";
        svg.AppendLine(Invariant($"""<text class="{kind}" x="{x}" y="{y}"{anchor}>{WebUtility.HtmlEncode(text)}</text>"""));
    }

    // About six lines, on round numbers.
    private static double Step(double longest)
    {
        var rough = longest / 1000 / 6;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * new[] { 1.0, 2, 5, 10 }.First(factor => factor * power >= rough);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
