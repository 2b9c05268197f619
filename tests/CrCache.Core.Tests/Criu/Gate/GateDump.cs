using CrCache.Criu;
using CrCache.Criu.Gate;

namespace CrCache.Core.Tests.Criu.Gate;

/// <summary>A dump that passes, as a Docker container without anything special has it, to be changed.</summary>
internal sealed class GateDump : IDisposable
{
    public const ulong Docker = 0xa80425fb;
    private const uint CoreMagic = 0x55053847, MountsMagic = 0x55563928;

    public GateDump()
    {
        foreach (var (name, content) in SmallDump.Images)
        {
            File.WriteAllBytes(Path.Combine(Folder, name), content);
        }

        WriteCore(Creds());
        WriteMounts();
    }

    // In memory, where there is such a place: it is written 100,000 times.
    public string Folder { get; } = Directory.CreateDirectory(
        Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"crcache gate {Guid.NewGuid():N}")).FullName;

    public static DumpLimits Limits { get; } = new() { Capabilities = Docker, SeccompProfile = null, Volumes = ["/data/"] };

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public string? Refuse(DumpLimits? limits = null) => DumpGate.Refuse(Folder, limits ?? Limits);

    /// <summary>Credentials, with other values of these fields.</summary>
    public static byte[] Creds(params (int Field, object? Value)[] other)
    {
        var fields = new List<(int Field, object? Value)>();
        fields.AddRange(Enumerable.Range(1, 8).Select(field => (field, (object?)0)));
        foreach (var set in new[] { 9, 10, 11, 12, 19 })
        {
            fields.AddRange([(set, set is 9 or 19 ? 0u : (uint)Docker), (set, 0)]);
        }

        fields.AddRange([(13, 0), (18, 0)]);
        fields.RemoveAll(field => other.Any(one => one.Field == field.Field));
        return Protobuf.Message([.. fields, .. other]);
    }

    public void WriteCore(byte[] creds, string name = "core-1.img") =>
        Write(name, CoreMagic, Protobuf.Message((1, 1), (3, Protobuf.Message((1, 1))), (5, Thread(creds))));

    public void WriteCore(params (int Field, object? Value)[] core) => Write("core-1.img", CoreMagic, Protobuf.Message(core));

    public static byte[] Thread(byte[] creds) => Protobuf.Message((10, creds), (11, 2), (12, 0));

    /// <summary>The mounts of a container, and more.</summary>
    public void WriteMounts(params byte[][] more) => Write("mountpoints-13.img", MountsMagic,
    [
        Mount("/", 17), Mount("/proc", 1), Mount("/dev", 5), Mount("/dev/pts", 6), Mount("/dev/mqueue", 14), Mount("/dev/shm", 5),
        Mount("/sys", 2, flags: 1), Mount("/sys/fs/cgroup", 5), Mount("/sys/fs/cgroup/memory", 12, "/sys/fs/cgroup/memory"),
        Mount("/etc/hosts", 0, "/etc/hosts"), Mount("/data", 0, "/data"), Mount("/proc/sys", 1, flags: 1),
        Mount("/proc/keys", 5, "/dev/null"), Mount("/sys/firmware", 5, flags: 1), .. more,
    ]);

    public static byte[] Mount(string point, int kind, string? external = null, int flags = 0) => Protobuf.Message(
        (1, kind), (5, flags), (6, "/"u8.ToArray()), (7, System.Text.Encoding.UTF8.GetBytes(point)),
        (18, external is null ? null : System.Text.Encoding.UTF8.GetBytes(external)));

    public void Write(string name, uint magic, params byte[][] records)
    {
        using var file = File.Create(Path.Combine(Folder, name));
        ImageMagic.Write(file, magic == ImageMagic.Inventory ? [magic] : [ImageMagic.Common, magic]);
        foreach (var record in records)
        {
            file.Write(BitConverter.GetBytes(record.Length));
            file.Write(record);
        }
    }
}
