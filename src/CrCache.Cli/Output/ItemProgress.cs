namespace CrCache.Cli.Output;

/// <summary>Hands the progress of one item to a reporter, in the order in which it comes.</summary>
internal sealed class ItemProgress(IReporter reporter, string name) : IProgress<string>
{
    public void Report(string value) => reporter.Progress(name, value);
}
