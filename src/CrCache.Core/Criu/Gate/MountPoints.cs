using System.Text.RegularExpressions;

namespace CrCache.Criu.Gate;

/// <summary>What a dump sees mounted: <c>mountpoints-N.img</c>, in it <c>mnt_entry</c> of CRIU's mnt.proto.</summary>
internal static partial class MountPoints
{
    private const uint Magic = 0x5556_3928;

    // Kinds of file systems in mnt.proto; 0, one that CRIU does not know, must be the runtime's.
    private const uint Proc = 1, SysFs = 2, Tmpfs = 5, DevPts = 6, CGroup = 12, MessageQueue = 14, CGroup2 = 23;

    // Fields of mnt_entry.
    private const int Kind = 1, Flags = 5, Point = 7, WithPlugin = 12, OldExternal = 13, External = 18;

    private const uint ReadOnly = 1;

    /// <summary>Holds them against what engines mount and the container's volumes.</summary>
    /// <returns>Null, or why not.</returns>
    public static string? Refuse(string path, IReadOnlyCollection<string> volumes)
    {
        var roots = 0;
        foreach (var mount in Image.ReadAll(path, ImageMagic.Common, Magic))
        {
            var point = mount.Text(Point);
            roots += point == "/" ? 1 : 0;
            if (mount.Number(WithPlugin) is > 0 || mount.Number(OldExternal) is > 0 || roots > 1 || !IsExplained(mount, point, volumes))
            {
                var shown = DumpText.Shown(point, longest: 100);
                return $"its {Path.GetFileName(path)} has a mount on {shown} that the container does not explain";
            }
        }

        return roots == 1 ? null : throw new InvalidDataException("there is no root in it");
    }

    private static bool IsExplained(Image mount, string point, IReadOnlyCollection<string> volumes)
    {
        var kind = mount.Number(Kind);
        var isReadOnly = (mount.Number(Flags) & ReadOnly) == ReadOnly;

        // The runtime brings it, and takes it from the configuration by this name.
        var external = mount.Text(External);
        return point switch
        {
            // The image's, however it is made.
            "/" => external == "",
            "/proc" => kind == Proc && external == "",
            "/sys" => kind == SysFs && external == "" && isReadOnly,
            "/dev" => kind == Tmpfs && external == "",
            "/dev/pts" => kind == DevPts && external == "",
            "/dev/mqueue" => kind == MessageQueue && external == "",
            "/dev/shm" => external == point || (kind == Tmpfs && external == ""),
            "/sys/fs/cgroup" => kind is Tmpfs or CGroup or CGroup2 && (external == "" || external == point),
            "/etc/resolv.conf" or "/etc/hostname" or "/etc/hosts" or "/run/.containerenv" or "/run/secrets" =>
                external == point || (kind == Tmpfs && external == ""),
            _ when volumes.Any(volume => volume.TrimEnd('/') == point) => external == point,
            _ when CGroups().IsMatch(point) => kind == CGroup && external == point,
            _ when Closed().IsMatch(point) => kind == Proc ? external == "" && isReadOnly
                : external == "/dev/null" || (kind == Tmpfs && external == "" && isReadOnly),
            _ => false,
        };
    }

    [GeneratedRegex(@"\A/sys/fs/cgroup/[a-z_,=]{1,60}\z")]
    private static partial Regex CGroups();

    // What engines mask or make read-only in every container.
    [GeneratedRegex(@"\A(/proc/[a-z_-]{1,40}|/sys/(firmware|dev/block|devices/virtual/powercap"
        + @"|devices/system/cpu/cpu[0-9]{1,4}/thermal_throttle))\z")]
    private static partial Regex Closed();
}
