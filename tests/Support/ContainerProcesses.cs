using System.Diagnostics;
using System.Globalization;

namespace CrCache.Tests;

/// <summary>The processes of a container as root of the engine's machine sees them.</summary>
internal static class ContainerProcesses
{
    /// <summary>Why a test cannot see them, or null.</summary>
    public static string? WhyNot() =>
        !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess
            ? "the memory of a container's processes is open to root on Linux only"
        : Engines().Length == 0 ? "no dockerd runs on this machine"
        : null;

    /// <summary>Process ids by what they are in the container.</summary>
    public static IReadOnlyDictionary<int, int> Of(string container) => Directory.EnumerateDirectories("/proc")
        .Where(directory => char.IsAsciiDigit(Path.GetFileName(directory)[0])
            && Text($"{directory}/cgroup").Contains(container, StringComparison.Ordinal))
        .ToDictionary(InContainer, directory => int.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture));

    /// <summary>The ids that a process's threads have in the container.</summary>
    public static IEnumerable<int> Threads(int process) => Directory.EnumerateDirectories($"/proc/{process}/task").Select(InContainer);

    /// <summary>Whether a process is stopped.</summary>
    public static bool IsStopped(int process) => Field($"/proc/{process}", "State") is ['T', ..];

    /// <summary>Lets all of them run on.</summary>
    public static void Continue(string container)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -CONT {string.Join(' ', Of(container).Values)}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Where the engine that made a dump keeps it.</summary>
    public static string DumpDirectory(string dump) =>
        Engines().Select(engine => $"/proc/{engine}/root/var/lib/crcache/dumps/{dump}").First(Directory.Exists);

    private static int[] Engines() => Array.ConvertAll(Process.GetProcessesByName("dockerd"), process =>
    {
        using (process)
        {
            return process.Id;
        }
    });

    private static int InContainer(string directory) => int.Parse(Field(directory, "NSpid").Split('\t')[^1], CultureInfo.InvariantCulture);

    private static string Field(string directory, string name) => Text($"{directory}/status").Split('\n')
        .First(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return ""; // one that has ended
        }
    }
}
