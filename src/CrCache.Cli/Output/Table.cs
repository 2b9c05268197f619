using CrCache.Shared;

namespace CrCache.Cli.Output;

/// <summary>Rows in columns as wide as their widest cell, on standard output.</summary>
internal static class Table
{
    /// <param name="header">The columns' names.</param>
    /// <param name="rows">A cell for each column.</param>
    /// <param name="none">What is written where there are no rows; else the header is.</param>
    public static void Write(string[] header, IReadOnlyList<string[]> rows, string? none = null)
    {
        if (rows.Count == 0 && none is not null)
        {
            Console.WriteLine(none);
            return;
        }

        string[][] all = [header, .. rows.Select(row => Array.ConvertAll(row, ShownText.Of))];
        var widths = Enumerable.Range(0, header.Length).Select(column => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            Console.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
