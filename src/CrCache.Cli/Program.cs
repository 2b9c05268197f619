using System.CommandLine;
using CrCache.Cli.Commands;

namespace CrCache.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        using var termination = new Termination();

        // Signals are handled by Termination: containers must be removed however long that takes.
        var configuration = new InvocationConfiguration { ProcessTerminationTimeout = null };
        var result = CommandTree.Create(termination, arguments.FirstOrDefault()).Parse(arguments);
        return result.Errors.Count > 0
            ? await result.InvokeAsync(configuration).ConfigureAwait(false) is 0 ? 0 : ExitCodes.Usage
            : await result.InvokeAsync(configuration, termination.Token).ConfigureAwait(false);
    }
}
