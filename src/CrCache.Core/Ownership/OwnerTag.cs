using System.Diagnostics;
using System.Globalization;

namespace CrCache.Ownership;

/// <summary>
/// Names a process so that another one can tell later whether it still lives: machine, boot, process-id namespace, id and
/// start time. Written into a label of every container, because a process that was killed cannot clean up after itself.
/// </summary>
internal sealed record OwnerTag(string Machine, string Boot, string Namespace, int ProcessId, string Started)
{
    private const char Separator = '/';
    private static readonly TimeSpan s_longestUnseen = TimeSpan.FromHours(24);

    /// <summary>This process.</summary>
    public static OwnerTag Current { get; } = new(
        Environment.MachineName,
        ReadFirstLine("/proc/sys/kernel/random/boot_id") ?? "",
        LinkTarget("/proc/self/ns/pid") ?? "",
        Environment.ProcessId,
        StartOf(Environment.ProcessId) ?? "");

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static OwnerTag? Parse(string text)
    {
        var parts = text.Split(Separator);
        return parts.Length == 5 && int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new OwnerTag(parts[0], parts[1], parts[2], id, parts[4])
            : null;
    }

    /// <summary>True when the process has certainly ended; false when it lives or cannot be seen from here.</summary>
    public bool HasEnded() => Machine == Current.Machine && (Boot != Current.Boot || (CanBeSeen && StartOf(ProcessId) != Started));

    /// <summary>
    /// Whether what the process has made so long ago is a leftover: it has ended, or it cannot be seen from here (a shared engine, a
    /// shared home, another container), and nothing takes a day. What a process that lives on this machine has made never is.
    /// </summary>
    public bool HasLeft(TimeSpan age) => HasEnded() || (!CanBeSeen && age > s_longestUnseen);

    private bool CanBeSeen => Machine == Current.Machine && Boot == Current.Boot && Namespace == Current.Namespace;

    /// <inheritdoc />
    public override string ToString() =>
        string.Join(Separator, Machine, Boot, Namespace, ProcessId.ToString(CultureInfo.InvariantCulture), Started);

    // Ids are used again; the start time tells two processes of the same id apart.
    private static string? StartOf(int processId)
    {
        if (OperatingSystem.IsLinux())
        {
            // Field 22 of stat, counted after the name in parentheses, which may hold anything. A zombie has ended.
            var stat = ReadFirstLine($"/proc/{processId}/stat");
            var fields = stat?[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields is { Length: > 19 } && fields[0] != "Z" ? fields[19] : null;
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string? ReadFirstLine(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            return reader.ReadLine();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
