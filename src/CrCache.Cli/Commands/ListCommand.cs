using System.CommandLine;
using CrCache.Upkeep;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache list</c>: the checkpoints that engines have, and the containers that are there now.</summary>
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
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result,
            context => RunAsync(context, result.GetValue(checkpoints), result.GetValue(containers), cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, bool onlyCheckpoints, bool onlyContainers, CancellationToken cancellationToken)
    {
        using var engine = context.OpenEngine();
        if (onlyCheckpoints || !onlyContainers)
        {
            await CheckpointList.PrintAsync(context, engine, cancellationToken).ConfigureAwait(false);
        }

        if (!context.Json && onlyCheckpoints == onlyContainers)
        {
            Console.WriteLine();
        }

        if (onlyContainers || !onlyCheckpoints)
        {
            ContainerList.Print(context, await ContainerInventory.ListAsync(engine, cancellationToken).ConfigureAwait(false));
        }

        return ExitCodes.Success;
    }
}
