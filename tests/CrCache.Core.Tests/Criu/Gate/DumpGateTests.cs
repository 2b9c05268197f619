using CrCache.Criu;
using CrCache.Criu.Gate;
using CrCache.Runtimes;

namespace CrCache.Core.Tests.Criu.Gate;

/// <summary>What of a dump does not go to an engine.</summary>
public sealed class DumpGateTests : IDisposable
{
    private const uint Namespaces = 0x54432030, Processes = 0x50273030;
    private readonly GateDump _dump = new();

    public void Dispose() => _dump.Dispose();

    [Fact]
    public void One_of_an_ordinary_container_passes()
    {
        Assert.Null(_dump.Refuse());
        Assert.Null(_dump.Refuse(GateDump.Limits with { SeccompProfile = SeccompProfile.WithoutIoUring }));
        string[] names =
        [
            "pages-1.img", "tmpfs-dev-61.tar.gz.img", "ghost-file-1a.img", "ipcns-var-11.img", "descriptors.json", "tcp-stream-57221d.img",
        ];
        foreach (var name in names)
        {
            File.WriteAllBytes(Path.Combine(_dump.Folder, name), []);
        }

        Assert.Null(_dump.Refuse());
    }

    [Theory]
    [InlineData("userns-10.img")]
    [InlineData("netdev-9.img")]
    [InlineData("iptables-9.img")]
    [InlineData("route-9.img")]
    [InlineData("rule-9.img")]
    [InlineData("nftables-9.img")]
    [InlineData("creds-1.img")]
    [InlineData("apparmor.img")]
    [InlineData("tunfile.img")]
    [InlineData("bpfmap-file.img")]
    [InlineData("crcache-secret")]
    [InlineData("core-1.img\n")]
    [InlineData("pages-1.img.x")]
    [InlineData("criu.conf")]
    public void A_file_that_no_dump_has(string name)
    {
        File.WriteAllBytes(Path.Combine(_dump.Folder, name), []);
        AssertRefused("it has a file");
        Assert.DoesNotContain('\n', _dump.Refuse()!);
    }

    [Fact]
    public void What_is_no_file_or_too_long()
    {
        var path = Path.Combine(_dump.Folder, "pages-1.img");
        Directory.CreateDirectory(path);
        AssertRefused("it has a file");
        Directory.Delete(path);
        File.CreateSymbolicLink(path, "/etc/passwd");
        AssertRefused("it has a file");
        File.Delete(path);
        using (var file = File.Create(Path.Combine(_dump.Folder, "files.img")))
        {
            file.SetLength((16 << 20) + 1);
        }

        AssertRefused("not understood");
    }

    [Theory]
    [InlineData(9, "inheritable")]
    [InlineData(10, "permitted")]
    [InlineData(11, "effective")]
    [InlineData(12, "bounding")]
    [InlineData(19, "ambient")]
    public void A_capability_too_many(int field, string set)
    {
        _dump.WriteCore(GateDump.Creds((field, (uint)GateDump.Docker | 1u << 21), (field, 0)));
        AssertRefused($"the {set} capability 21");
        _dump.WriteCore(GateDump.Creds((field, 0), (field, 1u << 8)));
        AssertRefused($"the {set} capability 40");
        _dump.WriteCore(GateDump.Creds((field, 0), (field, 0), (field, 1)));
        AssertRefused($"the {set} capability 64");
        _dump.WriteCore(GateDump.Creds((field, new byte[] { 0xff, 0xff, 0xff, 0xff, 0x0f, 0 })));
        AssertRefused("not understood");

        // Another thread counts as well.
        _dump.WriteCore(GateDump.Creds());
        _dump.WriteCore(GateDump.Creds((field, uint.MaxValue)), "core-9.img");
        AssertRefused("core-9.img has the");
    }

    [Fact]
    public void Other_privileges()
    {
        _dump.WriteCore(GateDump.Creds((13, 16)));
        AssertRefused("securebits");
        _dump.WriteCore(GateDump.Creds((13, null)));
        AssertRefused("securebits");
        _dump.WriteCore(GateDump.Creds((15, "docker-default"u8.ToArray())));
        Assert.Null(_dump.Refuse());
        (int, object?)[] policies = [(15, "unconfined"u8.ToArray()), (16, "x"u8.ToArray()), (17, "x"u8.ToArray())];
        foreach (var policy in policies)
        {
            _dump.WriteCore(GateDump.Creds(policy));
            AssertRefused("security modules");
        }
    }

    // Where two readers could see two things.
    [Fact]
    public void Credentials_that_are_missing_or_there_twice_or_of_another_version()
    {
        var thread = GateDump.Thread(GateDump.Creds());
        var more = GateDump.Thread(GateDump.Creds((12, uint.MaxValue)));
        (int, object?)[][] cores =
        [
            [(1, 1), (3, Protobuf.Message((1, 1)))], [(1, 1), (5, Protobuf.Message((11, 2)))], [(1, 1), (5, thread), (5, more)],
            [(1, 1), (5, Protobuf.Message((10, GateDump.Creds()), (10, GateDump.Creds())))],
            [(1, 1), (5, thread), (4, Array.Empty<byte>())],
            [(1, 1), (5, GateDump.Thread(GateDump.Creds((20, 1))))], [(1, 1), (5, GateDump.Thread(GateDump.Creds((13, 0), (13, 16))))],
        ];
        foreach (var core in cores)
        {
            _dump.WriteCore(core);
            AssertRefused("not understood");
        }

        // A process that has ended has none.
        _dump.WriteCore((1, 1), (3, Protobuf.Message((1, 2))));
        Assert.Null(_dump.Refuse());
        File.Delete(Path.Combine(_dump.Folder, "core-1.img"));
        AssertRefused("no core-1.img");
    }

    [Fact]
    public void Seccomp_is_asked()
    {
        var limits = GateDump.Limits with { SeccompProfile = SeccompProfile.WithoutIoUring };
        _dump.Write("seccomp.img", 0x64413049, Protobuf.Message((1, Protobuf.Message((1, new byte[] { 6, 0, 0, 0, 0, 0, 0xff, 0x7f })))));
        AssertRefused("seccomp filters allow", limits);
        File.Delete(Path.Combine(_dump.Folder, "seccomp.img"));
        AssertRefused("seccomp filters cannot be evaluated", limits);
    }

    [Fact]
    public void Namespaces_of_the_machine()
    {
        for (var kind = 5; kind <= 10; kind++)
        {
            var own = new[] { 1, 2, 3, 4, 6, 7 };
            var ids = Enumerable.Range(5, 6)
                .Select(one => (one, (object?)(one == kind ? (kind == 10 ? 99 : own[one - 5]) : one == 10 ? 7 : one + 20)));
            _dump.Write("ids-1.img", Namespaces, Protobuf.Message(ids));
            AssertRefused("namespace");
        }

        File.Delete(Path.Combine(_dump.Folder, "ids-1.img"));
        AssertRefused("first process");
    }

    [Fact]
    public void Another_first_process_or_inventory()
    {
        _dump.Write("pstree.img", Processes, Protobuf.Message((1, 1), (2, 0)), Protobuf.Message((1, 2), (2, 0)));
        AssertRefused("first process");
        _dump.Write("pstree.img", Processes, Protobuf.Message((1, 1), (2, 0), (2, 1)));
        AssertRefused("not understood");
        _dump.Write("inventory.img", ImageMagic.Inventory, Protobuf.Message((1, 3)));
        AssertRefused("not understood");
        File.Delete(Path.Combine(_dump.Folder, "inventory.img"));
        AssertRefused("not understood");
    }

    [Fact]
    public void Mounts_that_the_container_does_not_explain()
    {
        byte[][] mounts =
        [
            GateDump.Mount("/mnt", 16), GateDump.Mount("/mnt", 5), GateDump.Mount("/data", 16), GateDump.Mount("/data", 0, "/etc/hosts"),
            GateDump.Mount("/data", 5), GateDump.Mount("/", 17), GateDump.Mount("/proc", 16), GateDump.Mount("/sys", 2),
            GateDump.Mount("/proc/sys", 1), GateDump.Mount("/proc/keys", 5, "/etc/hosts"), GateDump.Mount("/proc/../mnt", 5, "/dev/null"),
            GateDump.Mount("/sys/fs/cgroup/../x", 12), GateDump.Mount("/sys/fs/cgroup/cpu", 12), GateDump.Mount("/dev/shm", 11),
            GateDump.Mount("/sys/kernel/debug", 11), GateDump.Mount("/etc/hosts\0/x", 5),
            [.. GateDump.Mount("/dev/shm", 5), .. Protobuf.Message((12, 1))],
            [.. GateDump.Mount("/dev/shm", 5), .. Protobuf.Message((13, 1))],
        ];
        foreach (var mount in mounts)
        {
            _dump.WriteMounts(mount);
            AssertRefused("does not explain");
        }

        _dump.WriteMounts([.. GateDump.Mount("/dev/shm", 5), .. GateDump.Mount("/mnt", 16)]);
        AssertRefused("not understood");
        _dump.WriteMounts([7, 7, 7]);
        AssertRefused("not understood");
    }

    private void AssertRefused(string reason, DumpLimits? limits = null) =>
        Assert.Contains(reason, _dump.Refuse(limits), StringComparison.Ordinal);
}
