using System.IO.Pipes;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.Json;
using CrCache.Diagnostics;
using CrCache.Leases;
using CrCache.Shared;

namespace CrCache.Core.Tests.Leases;

public sealed class LeaseServerTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache lease ").FullName;

    private string Socket => Path.Combine(_folder, "socket");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_failure_is_told_as_one_line_whatever_its_message_holds()
    {
        const string Message = "mysql failed:\n\nline 2 \"quoted\"\r\nline 3";
        var lines = await ReadAsync(new CrCacheException("CRC3006", Message));
        var error = JsonDocument.Parse(Assert.Single(lines)).RootElement;
        Assert.Equal("error", error.GetProperty("event").GetString());
        Assert.Equal("CRC3006", error.GetProperty("code").GetString());
        Assert.Equal(Message, error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_failure_without_a_code_gets_one()
    {
        var error = JsonDocument.Parse(Assert.Single(await ReadAsync(new InvalidOperationException("x")))).RootElement;
        Assert.StartsWith("CRC", error.GetProperty("code").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\n\nb")]
    [InlineData("a\r\n\"b\"\\")]
    [InlineData("")]
    [InlineData("ünïcödé 🔑 \u2028")]
    public void A_variable_is_one_line_whatever_its_value_holds(string value)
    {
        var line = LeaseLines.Variable("ConnectionStrings__mysql", value);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        var variable = JsonDocument.Parse(line).RootElement;
        Assert.Equal("variable", variable.GetProperty("event").GetString());
        Assert.Equal("ConnectionStrings__mysql", variable.GetProperty("name").GetString());
        Assert.Equal(value, variable.GetProperty("value").GetString());
    }

    [Requires(Need.Linux)]
    public async Task A_socket_is_this_user_s_and_its_name_is_gone_when_its_client_has_come()
    {
        using var server = new LeaseServer(Socket);
        using var client = LeaseSocket.Client(Socket);
        await Task.WhenAll(client.ConnectAsync(), server.WaitForClientAsync(default));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
        Assert.True(client.IsConnected);
    }

    [Requires(Need.Linux)]
    [SupportedOSPlatform("linux")]
    public void In_a_directory_that_others_can_enter_it_is_not_served()
    {
        File.SetUnixFileMode(_folder, (UnixFileMode)0x1c1);
        IsRefused(Socket, "can be entered by others");
    }

    [Requires(Need.Linux)]
    public void Where_no_socket_can_be_it_is_not_served()
    {
        IsRefused(Path.Combine(_folder, "no such", "socket"), "is not there");
        IsRefused(Path.Combine(_folder, new string('x', 150)), "is longer than");
        File.WriteAllText(Socket, "somebody's");
        IsRefused(Socket, "is there already, and no socket");
        Assert.Equal("somebody's", File.ReadAllText(Socket));
    }

    [Requires(Need.Root, OtherUser.Become, OtherUser.Perl)]
    [SupportedOSPlatform("linux")]
    public async Task Another_user_s_client_is_sent_away_and_ours_is_served()
    {
        using var server = new LeaseServer(Socket);
        var waiting = server.WaitForClientAsync(default);

        // As if somebody had opened the directory.
        File.SetUnixFileMode(_folder, (UnixFileMode)0x1ff);
        File.SetUnixFileMode(Socket, (UnixFileMode)0x1ff);
        Assert.Equal("in\n", await OtherUser.ReadAsync(Socket).WaitAsync(s_limit));
        Assert.False(waiting.IsCompleted);

        using var client = LeaseSocket.Client(Socket);
        await Task.WhenAll(client.ConnectAsync(), waiting).WaitAsync(s_limit);
        Assert.False(await server.ServeAsync(Task.FromException<Lease>(new CrCacheException("CRC3006", "x")), default));
        server.Dispose();
        using var reader = new StreamReader(client);
        Assert.Contains("CRC3006", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Requires(Need.Linux)]
    public void What_killed_leases_have_left_goes_and_nothing_else()
    {
        // The first was left just now; a lease that was killed while it made the second had not given it its name.
        _ = Leave("lease-" + new string('a', 32));
        var old = Leave("new-" + new string('a', 32));
        var (living, young) = (Path.Combine(_folder, "lease-" + new string('b', 32)), Leave("new-" + new string('d', 32)));
        using var another = new LeaseServer(living);
        var waiting = another.WaitForClientAsync(default);
        var (other, file) = (Leave("lease-mine"), Path.Combine(_folder, "lease-" + new string('c', 32)));
        File.WriteAllText(file, "");
        foreach (var path in new[] { old, living, other, file })
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow - TimeSpan.FromMinutes(11));
        }

        using var server = new LeaseServer(Socket);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(new[] { living, young, other, file, Socket }.Order(), Directory.GetFileSystemEntries(_folder).Order());
    }

    // A socket that nobody serves, as a process leaves it that was killed.
    private string Leave(string name)
    {
        var path = Path.Combine(_folder, name);
        using var socket = new System.Net.Sockets.Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        File.Move(path, path + ".kept");
        socket.Dispose();
        File.Move(path + ".kept", path);
        return path;
    }

    private static void IsRefused(string path, string reason)
    {
        var e = Assert.Throws<CrCacheException>(() => new LeaseServer(path));
        Assert.Equal("CRC5008", e.Code);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    private static async Task<string[]> ReadAsync(Exception failure)
    {
        var name = $"crcache-test-{Guid.NewGuid():N}";
        using var client = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous);
        using (var server = new LeaseServer(name))
        {
            await Task.WhenAll(client.ConnectAsync(), server.WaitForClientAsync(default));
            Assert.False(await server.ServeAsync(Task.FromException<Lease>(failure), default));
        }

        using var reader = new StreamReader(client);
        return (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
