using System.Net.Sockets;
using CrCache.Engines;

namespace CrCache.Engine.Tests;

/// <summary>A test that needs a container engine; without one it is skipped, and the reason is shown.</summary>
public sealed class EngineFactAttribute : FactAttribute
{
    internal static readonly string? WhyNot = FindOut();

    public EngineFactAttribute() => Skip = WhyNot;

    private static string? FindOut()
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
