using System.Globalization;
using CrCache.Criu;

namespace CrCache.Engine.Tests;

/// <summary>A line of /proc/PID/maps, without the numbers of device and inode, which each container has its own of.</summary>
internal sealed record MemoryArea(long Start, long End, string Permissions, string Offset, string Name)
{
    public static MemoryArea Parse(string line)
    {
        var fields = line.Split(' ', 6);
        var addresses = fields[0].Split('-');
        return new MemoryArea(
            (long)ulong.Parse(addresses[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            (long)ulong.Parse(addresses[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            fields[1],
            fields[2],
            fields[5].Trim());
    }
}
