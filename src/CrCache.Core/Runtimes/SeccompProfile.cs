namespace CrCache.Runtimes;

/// <summary>The seccomp profile of containers that are to be dumped.</summary>
internal static class SeccompProfile
{
    /// <summary>
    /// CRIU cannot dump io_uring. "Function not implemented" makes servers fall back to what they do on older kernels;
    /// the "not permitted" of Docker's own profile makes some of them give up.
    /// </summary>
    public const string WithoutIoUring =
        """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":["""
        + """{"names":["io_uring_setup","io_uring_enter","io_uring_register"],"action":"SCMP_ACT_ERRNO","errnoRet":38}]}""";
}
