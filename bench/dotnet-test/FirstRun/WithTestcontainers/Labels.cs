using System.Text.Json;

namespace FirstRun;

// No user has these: by them the benchmark removes the container of a test that was killed.
internal static class Labels
{
    public static Dictionary<string, string> OfTheBenchmark { get; } =
        JsonSerializer.Deserialize<Dictionary<string, string>>(Environment.GetEnvironmentVariable("CRCACHE_BENCH_LABELS") ?? "{}")!;
}
