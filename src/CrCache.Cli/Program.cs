using System.CommandLine;
using CrCache.Cli.Commands;
using CrCache.Cli.Output;

namespace CrCache.Cli;

internal static class Program
{
    private static Task<int> Main(string[] arguments)
    {
        // What fails on a thread of its own comes by no other way, and would end in .NET's words and a stack trace.
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
        {
            ReporterFor(arguments).Error(CommandRunner.Self, Defect.ErrorOf((Exception)unhandled.ExceptionObject));
            Environment.Exit(ExitCodes.Failure);
        };
        return RunAsync(arguments);
    }

    /// <summary>All that crcache does with a command line.</summary>
    /// <returns>The exit code (<see cref="ExitCodes"/>, or that of the command of <c>crcache run</c>).</returns>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        using var reporter = ReporterFor(arguments);
        return await CommandRunner
            .GuardAsync(reporter, ExitCodes.Failure, () => InvokeAsync(arguments), CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task<int> InvokeAsync(string[] arguments)
    {
        using var termination = new Termination();

        // Signals are handled by Termination: containers must be removed however long that takes. Failures are handled by
        // CommandRunner: System.CommandLine would write a stack trace.
        var configuration = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        var result = CommandTree.Create(termination, arguments.FirstOrDefault()).Parse(arguments);
        return result.Errors.Count > 0
            ? await result.InvokeAsync(configuration).ConfigureAwait(false) is 0 ? 0 : ExitCodes.Usage
            : await result.InvokeAsync(configuration, termination.Token).ConfigureAwait(false);
    }

    // The command line may not have been understood yet.
    private static IReporter ReporterFor(string[] arguments) =>
        Reporters.Create(arguments.TakeWhile(word => word != "--").Contains(CommonOptions.Json.Name), live: false);
}
