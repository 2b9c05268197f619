using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using CrCache.Shared;

namespace CrCache.Ownership;

/// <summary>
/// Names a process so that another one can tell later whether it still lives: machine, boot, process-id namespace, id and
/// start time. Written into a label of every container, because a process that was killed cannot clean up after itself.
/// </summary>
internal sealed record OwnerTag(string Machine, string MachineId, string Boot, string Namespace, int ProcessId, string Started)
{
    private const char Separator = '/';
    private const int NoSuchProcess = 3; // ESRCH, on Linux and macOS
    private static readonly TimeSpan s_longestUnseen = TimeSpan.FromHours(24);

    /// <summary>This process.</summary>
    public static OwnerTag Current { get; } = new(
        Environment.MachineName,
        ReadFirstLine("/etc/machine-id") ?? ReadFirstLine("/var/lib/dbus/machine-id") ?? Environment.MachineName,
        ReadFirstLine("/proc/sys/kernel/random/boot_id") ?? "",
        LinkTarget("/proc/self/ns/pid") ?? "",
        Environment.ProcessId,
        OperatingSystem.IsLinux() ? StartIn(ReadFirstLine("/proc/self/stat")) ?? "" : StartOf(Environment.ProcessId) ?? "");

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else. Earlier versions knew no machine by its id.</summary>
    public static OwnerTag? Parse(string text)
    {
        var parts = text.Split(Separator);
        if (parts.Length == 5)
        {
            parts = [parts[0], "", .. parts[1..]];
        }

        return parts.Length == 6 && int.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new OwnerTag(parts[0], parts[1], parts[2], parts[3], id, parts[5])
            : null;
    }

    /// <summary>
    /// Whether the process is there. Only of one of this machine, boot and namespace can it be said: names of machines are not unique,
    /// and another boot may be another machine that was made of the same disk.
    /// </summary>
    public OwnerState State()
    {
        var isVisible = !OperatingSystem.IsLinux() || (Boot.Length > 0 && Namespace.Length > 0);
        if (!isVisible || MachineId != Current.MachineId || Boot != Current.Boot || Namespace != Current.Namespace)
        {
            return OwnerState.Unknown;
        }

        return OperatingSystem.IsLinux()
            ? Judge(ReadFirstLine($"/proc/{ProcessId}/stat"), () => SignalError(ProcessId))
            : StartOf(ProcessId) == Started ? OwnerState.Lives : OwnerState.Ended;
    }

    /// <summary>Judges by the process's line in /proc, and where that cannot be read (hidepid) by the error of a signal.</summary>
    /// <param name="stat">That line, or null.</param>
    /// <param name="signalError">The number of the error that a signal of no consequence meets; 0 where it meets none.</param>
    internal OwnerState Judge(string? stat, Func<int> signalError) => StartIn(stat) is { } started
        ? started == Started ? OwnerState.Lives : OwnerState.Ended
        : stat is not null || signalError() == NoSuchProcess ? OwnerState.Ended : OwnerState.Lives;

    /// <summary>
    /// Whether what the process has made so long ago is a leftover: it has ended, or it cannot be seen from here (a shared engine, a
    /// shared home, another container), and nothing takes a day. What a process that lives on this machine has made never is.
    /// </summary>
    /// <param name="age">By the clock that also gave the time at which it was made: that of the engine, or of the file system.</param>
    public bool HasLeft(Func<TimeSpan> age) => State() switch
    {
        OwnerState.Lives => false,
        OwnerState.Ended => true,
        _ => age() > s_longestUnseen,
    };

    /// <inheritdoc />
    public override string ToString() =>
        string.Join(Separator, Machine, MachineId, Boot, Namespace, ProcessId.ToString(CultureInfo.InvariantCulture), Started);

    // Ids are used again; the start time tells two processes of the same id apart. It is field 22, counted after the name in
    // parentheses, which may hold anything. Null for a zombie, which has ended.
    private static string? StartIn(string? stat)
    {
        var fields = stat?[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields is { Length: > 19 } && fields[0] != "Z" ? fields[19] : null;
    }

    private static string? StartOf(int processId)
    {
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

    private static int SignalError(int processId) => LibC.Kill(processId, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

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
