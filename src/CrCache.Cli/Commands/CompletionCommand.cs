using System.CommandLine;
using CrCache.Cli.Completion;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache completion</c>: prints the script by which a shell completes crcache's command lines.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "The shell that will read the script." };
        shell.AcceptOnlyFromAmong([.. ShellScript.Shells]);
        var command = new Command("completion", "Print a shell's completion script, for instance: source <(crcache completion bash)")
        {
            shell,
        };
        command.SetAction(result =>
        {
            Console.Write(ShellScript.For(result.GetRequiredValue(shell)));
            return ExitCodes.Success;
        });
        return command;
    }
}
