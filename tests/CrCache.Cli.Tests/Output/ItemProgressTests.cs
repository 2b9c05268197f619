using System.Globalization;
using System.Text.RegularExpressions;
using CrCache.Cli.Output;

namespace CrCache.Cli.Tests.Output;

public sealed class ItemProgressTests
{
    [Fact]
    public void How_far_a_pull_is_is_a_detail()
    {
        using var reporter = new KeptReporter();
        var progress = new ItemProgress(reporter, "db");
        progress.Report("pulling mysql:9.7");
        progress.Report("pulling mysql:9.7: 12 of 240 MB");
        progress.Report("pulling db from host/team: 1 of 1 MB");
        progress.Report("running 10 of 12 MB.sql");
        Assert.Equal(
            [
                "progress db pulling mysql:9.7", "detail db pulling mysql:9.7: 12 of 240 MB",
                "detail db pulling db from host/team: 1 of 1 MB", "progress db running 10 of 12 MB.sql",
            ],
            reporter.Lines);
    }

    [Fact]
    public void Each_phase_has_its_time_and_one_that_comes_again_the_sum()
    {
        var phases = new PhaseTimes();
        Assert.Equal("", phases.Describe());
        foreach (var message in new[]
        {
            "starting redis:8", "something else", "running a.sh", "running b.sh", "dumping its memory", "trying the restore",
            "stopping a copy for its files", "handing its memory to the engine", "trying the restore",
        })
        {
            phases.Begin(message);
            Thread.Sleep(60);
        }

        var text = phases.Describe();
        Assert.Equal(["start", "set-up", "dump", "files", "trials"], text.Split(", ").Select(part => part.Split(' ')[0]));
        var trials = double.Parse(Regex.Match(text, "trials ([0-9.]+) s").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.True(trials >= 0.2, text);
    }

    [Fact]
    public void What_took_no_time_is_not_said()
    {
        var phases = new PhaseTimes();
        phases.Begin("pulling redis:8");
        phases.Begin("packing it");
        Assert.Equal("", phases.Describe());
    }
}
