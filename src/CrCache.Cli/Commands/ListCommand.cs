using System.CommandLine;
using System.Globalization;
using CrCache.Cli.Output;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Names;
using CrCache.Presets;
using CrCache.Upkeep;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache list</c>: the checkpoints in the store, and the containers that are there now.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var checkpoints = new Option<bool>("--checkpoints") { Description = "Only the checkpoints." };
        var containers = new Option<bool>("--containers") { Description = "Only the containers." };
        var command = new Command("list", "List the checkpoints in the store, and the containers of CrCache on the engine.")
        {
            checkpoints, containers, CommonOptions.Json,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(result, async context =>
        {
            var (onlyCheckpoints, onlyContainers) = (result.GetValue(checkpoints), result.GetValue(containers));
            using var engine = context.OpenEngine();
            if (onlyCheckpoints || !onlyContainers)
            {
                await ListCheckpointsAsync(context, engine, cancellationToken).ConfigureAwait(false);
            }

            if (!context.Json && onlyCheckpoints == onlyContainers)
            {
                Console.WriteLine();
            }

            if (onlyContainers || !onlyCheckpoints)
            {
                ListContainers(context, await ContainerInventory.ListAsync(engine, cancellationToken).ConfigureAwait(false));
            }

            return ExitCodes.Success;
        }));
        return command;
    }

    private static async Task ListCheckpointsAsync(CommandContext context, IEngine engine, CancellationToken cancellationToken)
    {
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<string[]>();
        foreach (var checkpoint in new InstalledCheckpoints().List())
        {
            var state = await StateAsync(engine, info, checkpoint, cancellationToken).ConfigureAwait(false);
            if (context.Json)
            {
                JsonLines.Write(ToLine(checkpoint, state), CliJson.Default.CheckpointLine);
            }

            rows.Add([
                checkpoint.Name ?? "?",
                KeyShape.Shorten(checkpoint.Key),
                checkpoint.Image ?? "?",
                checkpoint.EngineId == info.Id ? "this" : checkpoint.EngineId[..Math.Min(12, checkpoint.EngineId.Length)],
                checkpoint.Created.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                Text.Seconds(checkpoint.ColdSeconds),
                (checkpoint.Memory?.RestoreSeconds ?? checkpoint.Files?.RestoreSeconds) is { } seconds ? Text.Seconds(seconds) : "-",
                state,
            ]);
        }

        if (!context.Json)
        {
            Print("No checkpoints.", ["checkpoint", "key", "image", "engine", "made", "cold start", "restored", "state"], rows);
        }
    }

    // memory, files (no dump), cold (neither), gone (somebody removed an image of it), elsewhere (another engine has it).
    private static async Task<string> StateAsync(IEngine engine, EngineInfo info, InstalledCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        if (checkpoint.EngineId != info.Id)
        {
            return "elsewhere";
        }

        foreach (var image in new[] { checkpoint.Memory?.ImageName, checkpoint.Files?.ImageName }.OfType<string>())
        {
            if (await engine.FindImageAsync(image, cancellationToken).ConfigureAwait(false) is null)
            {
                return "gone";
            }
        }

        return checkpoint.Memory is not null ? "memory" : checkpoint.Files is not null ? "files" : "cold";
    }

    private static CheckpointLine ToLine(InstalledCheckpoint checkpoint, string state) =>
        new("checkpoint", checkpoint.Key, checkpoint.EngineId, state, checkpoint.Created, Math.Round(checkpoint.ColdSeconds, 3))
        {
            Name = checkpoint.Name,
            Preset = checkpoint.Preset,
            Image = checkpoint.Image,
            RestoreSeconds = checkpoint.Memory is { } memory ? Math.Round(memory.RestoreSeconds, 3) : null,
            FilesSeconds = checkpoint.Files is { } files ? Math.Round(files.RestoreSeconds, 3) : null,
            WhyNoMemory = checkpoint.WhyNoMemory,
            WhyNoFiles = checkpoint.WhyNoFiles,
        };

    private static void ListContainers(CommandContext context, IReadOnlyList<OwnedContainer> containers)
    {
        if (!context.Json)
        {
            Print("No containers.", ["container", "item", "purpose", "owner", "age"], containers.Select(container => (string[])
                [container.Name, container.Item, container.Purpose, container.Owner, Text.Age(DateTimeOffset.UtcNow - container.Created)]).ToArray());
            return;
        }

        foreach (var container in containers)
        {
            var line = new ContainerLine("container", container.Name, container.Id, container.Item, container.Purpose, container.Created)
            {
                OwnerProcess = container.OwnerProcess,
                OwnerMachine = container.OwnerMachine,
                OwnerEnded = container.OwnerEnded,
            };
            JsonLines.Write(line, CliJson.Default.ContainerLine);
        }
    }

    private static void Print(string none, string[] header, IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0)
        {
            Console.WriteLine(none);
            return;
        }

        Table.Write(header, rows);
    }
}
