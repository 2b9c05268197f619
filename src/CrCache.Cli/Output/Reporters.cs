using System.Runtime.CompilerServices;

namespace CrCache.Cli.Output;

/// <summary>Chooses how a command reports.</summary>
internal static class Reporters
{
    /// <summary>JSON lines where they are asked for, a live display on a terminal that can show one, else plain lines.</summary>
    /// <param name="json">The command line asks for JSON lines.</param>
    /// <param name="live">The command works long enough for a display.</param>
    public static IReporter Create(bool json, bool live) =>
        json ? new JsonReporter() : live && IsLiveTerminal() ? CreateLive() : new TextReporter();

    private static bool IsLiveTerminal() =>
        !Console.IsErrorRedirected && !IsSet("NO_COLOR") && !IsSet("CI") && Environment.GetEnvironmentVariable("TERM") != "dumb";

    // By its convention (no-color.org) any value that is not empty counts.
    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };

    // A method of its own that does not name LiveReporter in its signature: Spectre.Console is loaded when a method that
    // names it is compiled, and only then.
#pragma warning disable CA1859
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IReporter CreateLive() => new LiveReporter(LiveReporter.StandardError());
#pragma warning restore CA1859
}
