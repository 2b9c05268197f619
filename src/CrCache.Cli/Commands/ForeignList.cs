using CrCache.Cli.Output;
using CrCache.Store;
using CrCache.Upkeep;

namespace CrCache.Cli.Commands;

/// <summary>The part of <c>crcache list</c> about what the engine has and no record of this store names.</summary>
internal static class ForeignList
{
    private static readonly string[] s_header = ["of no record here", "whose", "age", "size"];

    public static void Print(CommandContext context, IReadOnlyList<OrphanedPart> parts)
    {
        if (!context.Json)
        {
            Table.Write(s_header, parts.Select(Row).ToArray(), none: "Nothing that no record here names.");
            return;
        }

        foreach (var part in parts)
        {
            var line = new ForeignLine("foreign", part.Bytes)
            {
                Image = part.IsDump ? null : part.Name,
                Dump = part.IsDump ? part.Name : null,
                Store = part.Store,
                User = part.User,
                Created = part.Created,
            };
            JsonLines.Write(line, CliJson.Default.ForeignLine);
        }
    }

    private static string[] Row(OrphanedPart part) =>
    [
        part.IsDump ? $"dump {part.Name}" : part.Name,
        part.IsDump ? "nobody's" : part.User ?? "of an earlier version",
        part.Created is { } time ? Text.Age(DateTimeOffset.UtcNow - time) : "-",
        StoreSize.Format(part.Bytes),
    ];
}
