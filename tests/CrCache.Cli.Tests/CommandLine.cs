namespace CrCache.Cli.Tests;

/// <summary>What crcache did with a command line, in this process and with a store of its own.</summary>
internal sealed record CommandLine(int ExitCode, string Output, string Error)
{
    /// <summary>Runs it.</summary>
    public static Task<CommandLine> RunAsync(params string[] arguments) => RunAsync(new StringWriter(), arguments);

    /// <summary>Runs it with a standard output of the test's own.</summary>
    public static Task<CommandLine> RunAsync(TextWriter output, params string[] arguments) =>
        CaptureAsync(output, () => Program.RunAsync(arguments));

    /// <summary>Runs what writes to the console and gives an exit code.</summary>
    public static async Task<CommandLine> CaptureAsync(TextWriter output, Func<Task<int>> body)
    {
        var (outBefore, errorBefore) = (Console.Out, Console.Error);
        using var error = new StringWriter();
        Console.SetOut(output);
        Console.SetError(error);
        try
        {
            return new CommandLine(await body(), output.ToString()!, error.ToString());
        }
        finally
        {
            Console.SetOut(outBefore);
            Console.SetError(errorBefore);
        }
    }
}
