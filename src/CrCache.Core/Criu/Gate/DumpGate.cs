using System.Text.RegularExpressions;

namespace CrCache.Criu.Gate;

/// <summary>
/// Whether a dump may go to an engine. CRIU, which is root there, makes of its images whatever they say, and not what the container was
/// created with: so what they say is read before. What nobody here understands does not pass.
/// </summary>
internal static partial class DumpGate
{
    // criu/include/magic.h.
    private const uint ProcessMagic = 0x5027_3030, NamespacesMagic = 0x5443_2030;

    // All images but those of pages and of files are a few hundred KB.
    private const long MostBytes = 16 << 20;

    /// <summary>Reads the images.</summary>
    /// <param name="directory">The dump.</param>
    /// <param name="limits">What its processes may have.</param>
    /// <returns>Null, or the first reason for which it is refused, in one line.</returns>
    public static string? Refuse(string directory, DumpLimits limits)
    {
        var name = "";
        try
        {
            var entries = new DirectoryInfo(directory).EnumerateFileSystemInfos();
            foreach (var entry in entries.OrderBy(entry => entry.Name, StringComparer.Ordinal))
            {
                name = entry.Name;
                if (entry is not FileInfo { LinkTarget: null } file || !Known().IsMatch(name))
                {
                    return $"it has a file {Shown(name)}, which no dump of a container's processes has";
                }

                if (file.Length > MostBytes && !MayBeLong().IsMatch(name))
                {
                    return $"its {name} is not understood: it is too long";
                }

                if (Look(file, limits) is { } reason)
                {
                    return reason;
                }
            }

            name = "pstree.img";
            return LookAtProcesses(directory) ?? (limits.SeccompProfile is { } profile ? SeccompGate.Refuse(directory, profile) : null);
        }
        catch (Exception e) when (e is InvalidDataException or NotUnderstoodException or IOException or UnauthorizedAccessException)
        {
            return $"its {Shown(name)} is not understood: {Shown(e.Message)}";
        }
    }

    private static string? Look(FileInfo file, DumpLimits limits) => file.Name.Split('-', '.')[0] switch
    {
        "core" => Credentials.Refuse(file.FullName, limits),
        "mountpoints" => MountPoints.Refuse(file.FullName, limits.Volumes),
        "ids" => LookAtNamespaces(file),
        "inventory" => Inventory(file.DirectoryName!).Number(1) == 2 ? null : throw new NotUnderstoodException("it is of another version"),
        _ => null,
    };

    private static Image Inventory(string directory) =>
        Image.ReadOnly(Path.Combine(directory, DumpFiles.Inventory), ImageMagic.Inventory);

    // A process whose namespaces have the numbers of CRIU's own comes back in those of the machine. In the order of
    // task_kobj_ids_entry in core.proto: processes, network, IPC, names, mounts; then users, where a container has the machine's.
    private static string? LookAtNamespaces(FileInfo file)
    {
        const int first = 5, last = 9, users = 10;
        var own = Inventory(file.DirectoryName!).Message(3) ?? throw new InvalidDataException("the inventory has no namespaces");
        var ids = Image.ReadOnly(file.FullName, ImageMagic.Common, NamespacesMagic);
        for (var kind = first; kind <= last; kind++)
        {
            if (ids.Number(kind) is null or 0 || own.Number(kind) is null or 0 || ids.Number(kind) == own.Number(kind))
            {
                return $"its {file.Name} has a process in a namespace of the engine's machine";
            }
        }

        return ids.Number(users) == own.Number(users) ? null : $"its {file.Name} has a process in a namespace of users";
    }

    // Of those at the top it must be known where they come back, and what they may do is in core-N.img; that the others have
    // theirs is seen to by SeccompGate, and by CRIU.
    private static string? LookAtProcesses(string directory)
    {
        var top = Image.ReadAll(Path.Combine(directory, "pstree.img"), ImageMagic.Common, ProcessMagic)
            .Where(process => process.Number(2) is null or 0)
            .Select(process => process.Number(1)).ToArray();
        return top is [{ } only] && File.Exists(Path.Combine(directory, $"ids-{only}.img"))
            ? File.Exists(Path.Combine(directory, $"core-{only}.img")) ? null : $"it has no core-{only}.img"
            : "its pstree.img does not have one first process, with its namespaces";
    }

    private static string Shown(string text) => DumpText.Shown(text, longest: 200);

    // What CRIU gives as root to programs in the container's network (routes, rules of firewalls), what makes devices and namespaces of
    // users, and what it loads into the kernel is not among them: the runtime makes a container's network.
    [GeneratedRegex(
        @"\A((core|ids|mm|fs|fdinfo|pagemap|pagemap-shmem|pages|mountpoints|utsns|timens|pidns|ipcns-(var|shm|msg|sem)|rlimit"
        + @"|itimers|posix-timers|sigacts|signal-[sp])-[0-9]{1,20}|(ghost-file|ghost-chunk|tcp-stream)-[0-9a-f]{1,16}"
        + @"|inventory|pstree|files|seccomp|cgroup|cpuinfo|filelocks|remap-fpath|reg-files|pipes|pipes-data|fifo|fifo-data|unixsk|inetsk"
        + @"|sk-queues|netlinksk|eventfd|eventpoll|eventpoll-tfd|inotify|inotify-wd|signalfd|timerfd|memfd|pidfd|tty|tty-info|tty-data"
        + @"|tmpfs-(dev-)?[0-9]{1,10}\.tar\.gz)\.img\z|\Adescriptors\.json\z")]
    private static partial Regex Known();

    [GeneratedRegex(@"\A(pages|tmpfs|ghost)-")]
    private static partial Regex MayBeLong();
}
