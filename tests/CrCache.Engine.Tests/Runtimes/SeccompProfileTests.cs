using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Runtimes;

namespace CrCache.Engine.Tests.Runtimes;

/// <summary>What a process under the profile of dumped containers is answered, on x86-64.</summary>
[Collection(EngineTests.Name)]
public sealed class SeccompProfileTests(EngineFixture fixture)
{
    private const int NotPermitted = 1, NotImplemented = 38;

    [Requires(Need.Engine)]
    public async Task What_engines_deny_is_denied_and_io_uring_is_not_implemented()
    {
        var spec = await fixture.RedisAsync(Specs.Rung.Auto);
        var id = await fixture.Engine.CreateContainerAsync(
            new ContainerDefinition
            {
                Name = $"crcache-seccomp-{Guid.NewGuid():N}",
                Image = spec.ImageId,
                Labels = ContainerLabels.Of(ContainerLabels.ForTrial, "seccomp"),
                Hostname = "seccomp",
                Environment = new Dictionary<string, string>(),
                SeccompProfile = SeccompProfile.WithoutIoUring,
                Network = false,
            },
            default);
        try
        {
            await fixture.Engine.StartContainerAsync(id, default);
            Assert.Equal(NotImplemented, await ErrorAsync(id, 425, "1, 0")); // io_uring_setup
            Assert.Equal(NotImplemented, await ErrorAsync(id, 426, "0, 0, 0, 0, 0, 0")); // io_uring_enter
            Assert.Equal(NotImplemented, await ErrorAsync(id, 435, "0, 0")); // clone3
            Assert.Equal(NotPermitted, await ErrorAsync(id, 248, "\"user\", \"a\", \"b\", 1, -2")); // add_key
            Assert.Equal(NotPermitted, await ErrorAsync(id, 250, "0, -2, 0, 0, 0")); // keyctl
            Assert.Equal(NotPermitted, await ErrorAsync(id, 272, "0x10000000")); // unshare, a user namespace
            Assert.Equal(NotPermitted, await ErrorAsync(id, 56, "0x10000011, 0, 0, 0, 0")); // clone into one
            Assert.Equal(NotPermitted, await ErrorAsync(id, 165, "\"\", \"\", \"\", 0, 0")); // mount
            Assert.Equal(NotPermitted, await ErrorAsync(id, 321, "0, 0, 0")); // bpf
            Assert.Equal(NotPermitted, await ErrorAsync(id, 323, "0")); // userfaultfd
            Assert.Equal(NotPermitted, await ErrorAsync(id, 41, "40, 1, 0")); // socket, AF_VSOCK
            Assert.Equal(NotPermitted, await ErrorAsync(id, 41, "38, 5, 0")); // socket, AF_ALG
            Assert.Equal(NotPermitted, await ErrorAsync(id, 135, "4")); // personality
            Assert.Equal(0, await ErrorAsync(id, 41, "2, 1, 0")); // socket, AF_INET
            Assert.Equal(0, await ErrorAsync(id, 135, "0xffffffff"));
        }
        finally
        {
            await fixture.Engine.RemoveContainerAsync(id, default);
        }
    }

    // The number of the error, or 0: perl is in every image made of Debian packages.
    private async Task<int> ErrorAsync(string id, int call, string arguments)
    {
        var script = $"my @a = ({arguments}); my $r = syscall({call}, @a); print $r == -1 ? $!+0 : 0";
        var result = await fixture.Engine.ExecAsync(id, ["perl", "-e", script], TimeSpan.FromSeconds(10), default);
        return int.Parse(result.Output, System.Globalization.CultureInfo.InvariantCulture);
    }
}
