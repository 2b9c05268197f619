namespace CrCache.Core.Tests.Engines;

/// <summary>What engines of different ages and makers say of the same things, with all that the client might stumble over.</summary>
public sealed class EngineDialectTests
{
    // Docker 20.10: fields that have gone since, and null where others leave out.
    private const string Docker2010 =
        """
        {"Id":"aa","Created":"2024-05-28T14:51:07.123456789Z","Path":"redis-server","Args":[],
        "State":{"Status":"running","Running":true,"Paused":false,"Restarting":false,"OOMKilled":false,"Dead":false,"Pid":4242,"ExitCode":0,
          "Error":"","StartedAt":"2024-05-28T14:51:07.5Z","FinishedAt":"0001-01-01T00:00:00Z"},
        "Image":"sha256:1","ResolvConfPath":"/r","HostnamePath":"/h","HostsPath":"/h","LogPath":"/l","Name":"/a","RestartCount":0,
        "Driver":"overlay2","Platform":"linux","MountLabel":"","ProcessLabel":"","AppArmorProfile":"","ExecIDs":null,
        "HostConfig":{"Binds":null,"ContainerIDFile":"","LogConfig":{"Type":"json-file","Config":{}},"NetworkMode":"bridge",
          "PortBindings":{"6379/tcp":[{"HostIp":"127.0.0.1","HostPort":""}]},"RestartPolicy":{"Name":"","MaximumRetryCount":0},
          "AutoRemove":false,
          "VolumeDriver":"","VolumesFrom":null,"CapAdd":null,"CapDrop":null,"CgroupnsMode":"host","Dns":null,"DnsOptions":null,
          "DnsSearch":null,
          "ExtraHosts":null,"GroupAdd":null,"IpcMode":"private","Cgroup":"","Links":null,"OomScoreAdj":0,"PidMode":"","Privileged":false,
          "PublishAllPorts":false,"ReadonlyRootfs":false,"SecurityOpt":null,"UTSMode":"","UsernsMode":"","ShmSize":67108864,
          "Runtime":"crcache",
          "ConsoleSize":[0,0],"Isolation":"","CpuShares":0,"Memory":0,"NanoCpus":0,"CgroupParent":"","BlkioWeight":0,
          "BlkioWeightDevice":null,
          "BlkioDeviceReadBps":null,"CpuPeriod":0,"Devices":null,"DeviceCgroupRules":null,"DeviceRequests":null,"KernelMemory":0,
          "KernelMemoryTCP":0,"MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":null,"OomKillDisable":false,"PidsLimit":null,
          "Ulimits":null,"CpuCount":0,"CpuPercent":0,"IOMaximumIOps":0,"IOMaximumBandwidth":0,"MaskedPaths":["/proc/kcore"],
          "ReadonlyPaths":null},
        "GraphDriver":{"Data":null,"Name":"vfs"},"Mounts":[{"Type":"volume","Name":"v","Source":"/s","Destination":"/data","Driver":"local",
          "Mode":"","RW":true,"Propagation":""}],
        "Config":{"Hostname":"h","Domainname":"","User":"","AttachStdin":false,"AttachStdout":false,"AttachStderr":false,
        "ExposedPorts":{"6379/tcp":{}},
          "Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":["A=b"],"Cmd":null,"Healthcheck":{"Test":["NONE"]},"Image":"redis:8",
          "Volumes":null,"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":{"crcache":"lease"},"StopTimeout":10},
        "NetworkSettings":{"Bridge":"","SandboxID":"s","HairpinMode":false,"LinkLocalIPv6Address":"","LinkLocalIPv6PrefixLen":0,
          "Ports":{"6379/tcp":[{"HostIp":"127.0.0.1","HostPort":"49153"}],"16379/tcp":null},"SandboxKey":"/k","SecondaryIPAddresses":null,
          "EndpointID":"e","Gateway":"172.17.0.1","IPAddress":"172.17.0.2","IPPrefixLen":16,"MacAddress":"02:42:ac:11:00:02",
          "Networks":{"bridge":{"IPAMConfig":null,"Links":null,"Aliases":null,"NetworkID":"n","IPPrefixLen":16,"DriverOpts":null}}}}
        """;

    // Podman: other null fields, an empty restart policy, a health without checks.
    private const string Podman =
        """
        {"Id":"aa","Created":"2024-05-28T16:51:07.123456789+02:00","Path":"redis-server","Args":null,
        "State":{"Status":"running","Running":true,"Pid":4242,"ExitCode":0,"Error":"","StartedAt":"2024-05-28T16:51:07.5+02:00",
          "FinishedAt":"0001-01-01T00:00:00Z","Health":{"Status":"","FailingStreak":0,"Log":null}},
        "Image":"1","Name":"/a","RestartCount":0,"Driver":"overlay","Platform":"linux","ExecIDs":[],
        "HostConfig":{"Binds":[],"LogConfig":{"Type":"journald","Config":null},"NetworkMode":"bridge",
          "RestartPolicy":{"Name":"no","MaximumRetryCount":0},"CgroupnsMode":"","ConsoleSize":[0,0],"OomKillDisable":null,"PidsLimit":2048,
          "Ulimits":[{"Name":"RLIMIT_NOFILE","Hard":524288,"Soft":524288}],"MemorySwappiness":0,"Init":false,"Devices":[],"Runtime":"oci"},
        "GraphDriver":{"Name":"overlay","Data":{"UpperDir":"/u"}},"SizeRw":0,"SizeRootFs":0,"Mounts":[],
        "Config":{"Hostname":"h","Env":["A=b"],"Cmd":["redis-server"],"Image":"redis:8","Volumes":null,"Entrypoint":[],"OnBuild":null,
          "Labels":{"crcache":"lease"},"StopSignal":"SIGTERM","StopTimeout":10,"Healthcheck":{"Test":null,"Interval":30000000000}},
        "NetworkSettings":{"Bridge":"","Ports":{"6379/tcp":[{"HostIp":"127.0.0.1","HostPort":"49153"}]},
          "Networks":{"podman":{"IPAMConfig":null,"Links":null,"Aliases":["aa"],"NetworkID":"podman","IPPrefixLen":16}}}}
        """;

    private const string DockerRows =
        """
        [{"Id":"aa","Names":["/a"],"Image":"redis:8","ImageID":"sha256:1","Command":"redis-server","Created":1716907867,"Ports":
        [{"IP":"127.0.0.1","PrivatePort":6379,"PublicPort":49153,"Type":"tcp"}],"Labels":{"crcache":"lease"},"State":"running",
        "Status":"Up",
        "HostConfig":{"NetworkMode":"default"},"NetworkSettings":{"Networks":{"bridge":{"IPAMConfig":null,"MacAddress":""}}},"Mounts":[]}]
        """;

    private const string PodmanRows =
        """
        [{"Id":"aa","Names":["/a"],"Image":"redis:8","ImageID":"1","Command":"redis-server","Created":1716907867,"Ports":null,"SizeRw":0,
        "SizeRootFs":0,"Labels":{"crcache":"lease"},"State":"running","Status":"Up","NetworkSettings":null,"Mounts":null,"Name":"",
        "Config":null}]
        """;

    private const string OldImage =
        """
        {"Id":"sha256:1","RepoTags":["redis:8"],"RepoDigests":[],"Parent":"","Comment":"","Created":"0001-01-01T00:00:00Z","Container":"",
        "ContainerConfig":{"Hostname":"","Cmd":null},"DockerVersion":"","Author":"","Config":{"Hostname":"","User":"",
        "ExposedPorts":{"6379/tcp":{}},
        "Env":["A=b"],"Cmd":["redis-server"],"Healthcheck":{"Test":["CMD-SHELL","redis-cli ping"],"Interval":5000000000},"Image":"",
        "Volumes":{"/data":{}},"WorkingDir":"/data","Entrypoint":null,"OnBuild":null,"Labels":null},"Architecture":"amd64","Os":"linux",
        "Size":1,
        "VirtualSize":1,"GraphDriver":{"Data":null,"Name":"vfs"},"RootFS":{"Type":"layers","Layers":["sha256:2"]},
        "Metadata":{"LastTagTime":"2024-05-28T16:51:07.123456789+02:00"}}
        """;

    private const string NewImage =
        """
        {"Id":"sha256:9","Config":{"ExposedPorts":{"6379/tcp":{}},"Env":["A=b"],"Cmd":["redis-server"],"Healthcheck":{"Test":
        ["CMD-SHELL","redis-cli ping"]},"Volumes":{"/data":{}},"WorkingDir":"/data"},"Architecture":"amd64","Os":"linux",
        "RootFS":{"Layers":["sha256:2"]},"Descriptor":{"mediaType":"m","digest":"sha256:9","size":1},"Identity":null}
        """;

    private const string DockerInfo =
        """
        {"ID":"AAAA:BBBB","Containers":1,"Images":2,"Driver":"overlay2","DriverStatus":[["Backing Filesystem","extfs"]],"SystemStatus":null,
        "Plugins":{"Volume":["local"],"Network":["bridge"],"Authorization":null,"Log":["json-file"]},"MemoryLimit":true,"KernelMemory":true,
        "OomKillDisable":true,"NCPU":2,"MemTotal":1,"SystemTime":"2024-05-28T14:51:07.123456789Z","ServerVersion":"20.10.24",
        "OSType":"linux",
        "Architecture":"x86_64","KernelVersion":"6.1","ClusterStore":"","ClusterAdvertise":"",
        "RegistryConfig":{"AllowNondistributableArtifactsCIDRs":[],
        "InsecureRegistryCIDRs":["127.0.0.0/8"],"IndexConfigs":{"docker.io":{"Name":"docker.io","Mirrors":[],"Secure":true,
        "Official":true}},
        "Mirrors":[]},"GenericResources":null,"Runtimes":{"crcache":{"path":"/c"},"runc":{"path":"runc"}},"DefaultRuntime":"runc",
        "Swarm":{"NodeID":"","NodeAddr":"","LocalNodeState":"inactive","ControlAvailable":false,"Error":"","RemoteManagers":null},
        "ContainerdCommit":{"ID":"1","Expected":"1"},"RuncCommit":{"ID":"1","Expected":"1"},"InitCommit":{"ID":"","Expected":""},
        "SecurityOptions":["name=seccomp,profile=default"],"Warnings":null}
        """;

    private const string PodmanInfo =
        """
        {"ID":"AAAA:BBBB","ServerVersion":"20.10.24","OSType":"linux","Architecture":"x86_64","KernelVersion":"6.1","Plugins":{},
        "Runtimes":{"crcache":{"path":"/c","runtimeArgs":null},"runc":{"path":"runc","status":{"a":"b"}}},"Swarm":{"RemoteManagers":null},
        "RegistryConfig":{"InsecureRegistryCIDRs":null,"IndexConfigs":null,"Mirrors":null},"DefaultAddressPools":null,"Warnings":[]}
        """;

    public static TheoryData<string> Containers => [Docker2010, Podman];

    [Theory]
    [MemberData(nameof(Containers))]
    public async Task A_container_is_described(string answer)
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Of(answer));
        var state = await engine.Engine.FindContainerAsync("aa", default);
        Assert.True(state!.Running);
        Assert.Equal(new Dictionary<int, int> { [6379] = 49153 }, state.PublishedPorts);
    }

    [Theory]
    [InlineData(DockerRows)]
    [InlineData(PodmanRows)]
    public async Task Containers_are_listed(string answer)
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Of(answer));
        var row = Assert.Single(await engine.Engine.ListContainersAsync("crcache", default));
        Assert.Equal(("aa", "a", "redis:8", DateTimeOffset.FromUnixTimeSeconds(1716907867)), (row.Id, row.Name, row.Image, row.Created));
        Assert.Equal("lease", row.Labels["crcache"]);
        Assert.Contains("label", Uri.UnescapeDataString(Assert.Single(engine.Calls)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OldImage)]
    [InlineData(NewImage)]
    public async Task An_image_is_the_same_in_all_dialects(string answer)
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Of(answer));
        var image = await engine.Engine.FindImageAsync("redis:8", default);
        Assert.Equal("linux/amd64", image!.Platform);
        Assert.Equal([6379], image.Ports);
        Assert.Equal(["/data"], image.Volumes);
        Assert.Equal(["/bin/sh", "-c", "redis-cli ping"], image.HealthCommand);

        // Keys of checkpoints are made of it: those that are there must stay what they are.
        Assert.Equal("sha256:e8156ea1a3de3825d2420af3213456159ccf37e6b5a53946ca15c1e22932ebe0", image.ContentDigest);
    }

    [Theory]
    [InlineData(DockerInfo)]
    [InlineData(PodmanInfo)]
    public async Task An_engine_describes_itself(string answer)
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Of(answer));
        var info = await engine.Engine.GetInfoAsync(default);
        Assert.Equal(("AAAA:BBBB", "20.10.24", "linux/x86_64", "6.1"), (info.Id, info.Version, info.Platform, info.Kernel));
        Assert.Equal(["crcache", "runc"], info.Runtimes.Order());
    }
}
