namespace CrCache.Cli.Output;

/// <summary>Rows in columns as wide as their widest cell, on standard output.</summary>
internal static class Table
{
    public static void Write(string[] header, IReadOnlyList<string[]> rows)
    {
        string[][] all = [header, .. rows];
        var widths = Enumerable.Range(0, header.Length).Select(column => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            Console.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
