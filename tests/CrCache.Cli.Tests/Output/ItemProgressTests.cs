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
        var clock = new Clock();
        var phases = new PhaseTimes(clock);
        Assert.Equal("", phases.Describe());
        foreach (var message in new[]
        {
            "starting redis:8", "something else", "running a.sh", "running b.sh", "dumping its memory", "trying the restore",
            "stopping a copy for its files", "handing its memory to the engine", "trying the restore",
        })
        {
            phases.Begin(message);
            clock.Now += 1500;
        }

        Assert.Equal("start 3.0 s, set-up 3.0 s, dump 1.5 s, files 1.5 s, trials 4.5 s", phases.Describe());
    }

    [Fact]
    public void What_took_no_time_is_not_said()
    {
        var clock = new Clock();
        var phases = new PhaseTimes(clock);
        phases.Begin("pulling redis:8");
        clock.Now += 49;
        phases.Begin("packing it");
        clock.Now += 51;
        Assert.Equal("pack 0.1 s", phases.Describe());
    }

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Now;
    }
}
