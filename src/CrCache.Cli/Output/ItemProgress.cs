using System.Text.RegularExpressions;

namespace CrCache.Cli.Output;

/// <summary>Hands the progress of one item to a reporter, in the order in which it comes, and measures the phases.</summary>
internal sealed partial class ItemProgress(IReporter reporter, string name) : IProgress<string>
{
    /// <summary>How long each phase has taken so far.</summary>
    public PhaseTimes Phases { get; } = new(TimeProvider.System);

    public void Report(string value)
    {
        Phases.Begin(value);
        if (HowFar().IsMatch(value))
        {
            reporter.Detail(name, value);
        }
        else
        {
            reporter.Progress(name, value);
        }
    }

    // What a pull or a transfer says each second of the same thing: "pulling mysql:9.7: 12 of 240 MB".
    [GeneratedRegex(": [0-9]+ of [0-9]+ MB$", RegexOptions.CultureInvariant)]
    private static partial Regex HowFar();
}
