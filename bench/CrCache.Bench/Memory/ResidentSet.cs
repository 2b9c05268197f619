using System.Globalization;

namespace CrCache.Bench.Memory;

/// <summary>The resident set of a container: VmRSS of its processes, which is anonymous, shared and file-backed pages together.</summary>
internal static class ResidentSet
{
    private const string Field = "VmRSS:";

    /// <summary>In MB. The engine must run on this machine.</summary>
    public static async Task<double> MeasureAsync(Engine engine, string container, CancellationToken cancellationToken)
    {
        var processes = await engine.FindProcessesAsync(container, cancellationToken);
        return processes.Sum(ReadMegabytes);
    }

    /// <summary>That of one process, in MB.</summary>
    public static double ReadMegabytes(int process)
    {
        // VmRSS:	   12345 kB
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(Field, StringComparison.Ordinal));
        return double.Parse(line[Field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
