using CrCache.Cli.Output;
using CrCache.Upkeep;

namespace CrCache.Cli.Commands;

/// <summary>The part of <c>crcache list</c> about containers: what there is on the engine, and who will remove it.</summary>
internal static class ContainerList
{
    private static readonly string[] s_header = ["container", "item", "purpose", "owner", "age"];

    public static void Print(CommandContext context, IReadOnlyList<OwnedContainer> containers)
    {
        if (!context.Json)
        {
            Table.Write(s_header, containers.Select(Row).ToArray(), none: "No containers.");
            return;
        }

        foreach (var container in containers)
        {
            JsonLines.Write(ToLine(container), CliJson.Default.ContainerLine);
        }
    }

    private static ContainerLine ToLine(OwnedContainer container) =>
        new("container", container.Name, container.Id, container.Item, container.Purpose, container.Created)
        {
            OwnerProcess = container.OwnerProcess,
            OwnerMachine = container.OwnerMachine,
            OwnerEnded = container.OwnerEnded,
        };

    private static string[] Row(OwnedContainer container) =>
        [container.Name, container.Item, container.Purpose, container.Owner, Text.Age(DateTimeOffset.UtcNow - container.Created)];
}
