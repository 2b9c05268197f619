using System.Net.Sockets;
using System.Runtime.InteropServices;
using CrCache.Engines;

namespace CrCache.Tests;

/// <summary>Whether this machine has what tests need.</summary>
public static class Needs
{
    // In this order: the first that is missing is the reason.
    private static readonly (Need Need, Lazy<string?> WhyNot)[] s_all =
    [
        (Need.Engine, new(WhyNoEngine)),
        (Need.SecondEngine, new(IncompleteEngine.WhyNot)),
        (Need.OtherEngine, new(OtherEngine.WhyNot)),
        (Need.ContainerProcesses, new(ContainerProcesses.WhyNot)),
        (Need.Registry, new(() => Programs.WhyMissing(RegistryServer.Program))),
        (Need.Linux, new(() => OperatingSystem.IsLinux() ? null : "this is for Linux")),
        (Need.Root, new(() => Environment.UserName == "root" ? null : "only root can mount and become another user")),
        (Need.MachineCode, new(() => OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64
            ? null
            : "crcache is machine code on Linux on x64 only")),
    ];

    /// <summary>The first thing that is missing here and how to get it, or null.</summary>
    public static string? WhyNot(Need needs, params string[] programs) =>
        s_all.Where(entry => needs.HasFlag(entry.Need)).Select(entry => entry.WhyNot.Value).FirstOrDefault(reason => reason is not null)
        ?? programs.Select(Programs.WhyMissing).FirstOrDefault(reason => reason is not null);

    private static string? WhyNoEngine()
    {
        var endpoint = new EngineLocator().Locate();
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(endpoint.Address.LocalPath));
            return null;
        }
        catch (SocketException e)
        {
            return $"no container engine answers at {endpoint}: {e.Message}; start one with ./build.cmd engine start";
        }
    }
}
