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
        var foreign = new Option<bool>("--foreign") { Description = "Only what the engine has and no record of this store names." };
        var command = new Command("list", "List the checkpoints in the store, and what of CrCache is on the engine, and whose it is.")
        {
            checkpoints, containers, foreign, CommonOptions.Json,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result,
            context => RunAsync(
                context,
                new Parts(result.GetValue(checkpoints), result.GetValue(containers), result.GetValue(foreign)),
                cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, Parts asked, CancellationToken cancellationToken)
    {
        using var engine = context.OpenEngine();
        var wanted = asked is { Checkpoints: false, Containers: false, Foreign: false } ? new Parts(true, true, true) : asked;
        var isFirst = true;
        if (wanted.Checkpoints)
        {
            Separate();
            await CheckpointList.PrintAsync(context, engine, cancellationToken).ConfigureAwait(false);
        }

        if (wanted.Containers)
        {
            Separate();
            ContainerList.Print(context, await ContainerInventory.ListAsync(engine, cancellationToken).ConfigureAwait(false));
        }

        if (wanted.Foreign)
        {
            var parts = await new OrphanSweeper(engine, context.Store).ListAsync(cancellationToken).ConfigureAwait(false);
            Separate();
            ForeignList.Print(context, parts);
        }

        return ExitCodes.Success;

        void Separate()
        {
            if (!isFirst && !context.Json)
            {
                Console.WriteLine();
            }

            isFirst = false;
        }
    }

    private sealed record Parts(bool Checkpoints, bool Containers, bool Foreign);
}
