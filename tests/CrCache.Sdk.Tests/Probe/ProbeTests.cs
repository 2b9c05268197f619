using System.Collections;
using Xunit;

namespace Probe;

public class ProbeTests
{
    // Before any test method, as code under test often reads it.
    private static readonly string? ConnectionString = Environment.GetEnvironmentVariable("ConnectionStrings__mysql");

    [Fact]
    public void ToldInTime() => Assert.NotNull(ConnectionString);

    [Fact]
    public void FailsWhenAsked() => Assert.NotEqual("1", Environment.GetEnvironmentVariable("PROBE_FAIL"));

    // Code of this assembly that runs when tests are only looked for, too.
    public static IEnumerable<object[]> Ports() => [[Environment.GetEnvironmentVariable("CRCACHE_MYSQL_PORT") ?? "not yet known"]];

    [Theory]
    [MemberData(nameof(Ports))]
    public void KnowsThePort(string port) => Assert.Matches("^[0-9]+$", port);

    [Fact]
    public async Task TellsWhatItSees()
    {
        if (Environment.GetEnvironmentVariable("PROBE_FILE") is not { Length: > 0 } file)
        {
            return;
        }

        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}");
        File.WriteAllLines(file + ".tmp", variables.Prepend($"PROBE_PID={Environment.ProcessId}"));
        File.Move(file + ".tmp", file, overwrite: true);
        if (Environment.GetEnvironmentVariable("PROBE_HOLD") is { Length: > 0 })
        {
            await Task.Delay(TimeSpan.FromMinutes(2));
        }
    }
}
