using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using CrCache.Shared;

namespace CrCache.TestAdapter.Tests;

public sealed class LeaseConnectionTests : IDisposable
{
    private const string Ready = """{"event":"ready"}""";
    private const string CutOff = """{"event":"rea""";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly string _pipeName = $"crcache-test-{Guid.NewGuid():N}";
    private readonly LeaseTimeouts _timeouts = new() { Connect = s_limit, Ready = s_limit };
    private FakeTool _tool = new("echo 'no engine answers' >&2; exit 3");

    private string Variable => $"CRCACHE_TEST_{_id.ToUpperInvariant()}_HOST";

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        Environment.SetEnvironmentVariable(PrefetchedLease.VariableName(_id), null);
        _tool.Dispose();
    }

    [Fact]
    public async Task The_lease_of_the_build_is_taken_and_held()
    {
        using var server = Offer();
        var opening = Open();
        await SayAsync(server, Set("value"), Ready);
        var connection = await opening;
        Assert.True(connection.IsOpen);
        Assert.Equal("value", Environment.GetEnvironmentVariable(Variable));
        Assert.Null(Environment.GetEnvironmentVariable(PrefetchedLease.VariableName(_id)));

        server.Dispose();
        Assert.True(SpinWait.SpinUntil(() => !connection.IsOpen, s_limit));
    }

    [Theory]
    [InlineData("a\n\nb")]
    [InlineData("\n")]
    [InlineData("a\r\nb=\"c\\d\"\te")]
    [InlineData("# no note")]
    [InlineData("ünïcödé 🔑 \u2028")]
    public async Task A_value_arrives_as_it_is(string value)
    {
        using var server = Offer();
        var opening = Open();
        await SayAsync(server, Set(value), Ready);
        await opening;
        Assert.Equal(value, Environment.GetEnvironmentVariable(Variable));
    }

    [Fact]
    public async Task What_later_versions_say_is_ignored()
    {
        using var server = Offer();
        var opening = Open();
        await SayAsync(server, """{"event":"news","of":{"many":["kinds",{}]}}""", Set("value"), """{"event":"ready","since":1}""");
        var connection = await opening;
        await server.WriteAsync("{\"event\":\"news\"}\n"u8.ToArray());
        await Task.Delay(100);
        Assert.True(connection.IsOpen);
    }

    [Fact]
    public async Task Nothing_is_ready_before_the_lease_says_so()
    {
        using var server = Offer();
        var opening = Open();
        await SayAsync(server, Set("value"));
        await Task.Delay(200);
        Assert.False(opening.IsCompleted);
        Assert.Null(Environment.GetEnvironmentVariable(Variable));
        await server.WriteAsync(Encoding.UTF8.GetBytes(Ready + "\n"));
        await opening;
    }

    [Fact]
    public async Task An_error_is_told_with_its_code_and_all_of_its_lines()
    {
        using var server = Offer();
        var opening = Open();
        await SayAsync(server, Set("value"), """{"event":"error","code":"CRC3006","message":"it failed:\nline 2"}""");
        var e = await Assert.ThrowsAsync<LeaseException>(() => opening);
        Assert.Equal("CRC3006: it failed:\nline 2", e.Message);
        Assert.Null(Environment.GetEnvironmentVariable(Variable));
    }

    // Such as the protocol of an older version, which was never ready then.
    [Fact]
    public async Task What_is_no_JSON_is_an_error_at_once()
    {
        using var server = Offer();
        var opening = Open();
        await SayAsync(server, "NAME=VALUE");
        var e = await Assert.ThrowsAsync<LeaseException>(() => opening);
        Assert.StartsWith("CRC5004: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("\"NAME=VALUE\"", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_never_ready_is_waited_for_only_so_long()
    {
        _timeouts.Ready = TimeSpan.FromMilliseconds(300);
        using var server = Offer();
        var opening = Open();
        await SayAsync(server, Set("value"));
        var e = await Assert.ThrowsAsync<LeaseException>(() => opening);
        Assert.StartsWith("CRC5004: the containers were not ready within", e.Message, StringComparison.Ordinal);
    }

    [Requires(Need.None, "sh")]
    public async Task One_that_dies_before_it_is_ready_is_replaced_by_one_of_our_own()
    {
        using var server = Offer();
        var opening = Open();
        await SayAsync(server, Set("value"), CutOff);
        server.Dispose();
        var e = await Assert.ThrowsAsync<LeaseException>(() => opening);
        Assert.Equal(
            "CRC5004: crcache lease ended with exit code 3 before the containers were ready. Its last words:\nno engine answers",
            e.Message);
        Assert.Null(Environment.GetEnvironmentVariable(Variable));
    }

    [Requires(Need.None, "sh")]
    public async Task One_that_is_gone_is_replaced_as_well()
    {
        using var ended = Process.Start(FakeTool.Shell, ["-c", "exit 0"]);
        await ended.WaitForExitAsync();
        new PrefetchedLease(_pipeName, ended.Id).Offer(_id);
        var e = await Assert.ThrowsAsync<LeaseException>(Open);
        Assert.Contains("exit code 3", e.Message, StringComparison.Ordinal);
    }

    // As if the pipe were another user's.
    [Requires(Need.None, "sh")]
    public async Task One_that_does_not_let_us_in_is_replaced_as_well()
    {
        _timeouts.Connect = TimeSpan.FromMilliseconds(100);
        new PrefetchedLease("/etc/passwd/pipe", Environment.ProcessId).Offer(_id);
        var e = await Assert.ThrowsAsync<LeaseException>(Open);
        Assert.StartsWith("CRC5004: crcache lease ended with exit code 3", e.Message, StringComparison.Ordinal);
    }

    // It has bound the socket first, whose name it has seen in a command line.
    [Requires(Need.Root, "sh", OtherUser.Become, OtherUser.Perl)]
    [SupportedOSPlatform("linux")]
    public async Task One_that_another_user_serves_is_replaced_and_nothing_is_taken_from_it()
    {
        var folder = Directory.CreateTempSubdirectory("crcache socket ");
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0x1ff);
        var path = Path.Combine(folder.FullName, "socket");
        using var server = await OtherUser.ServeAsync(path, Set("theirs"), Ready);
        new PrefetchedLease(path, Environment.ProcessId).Offer(_id);
        try
        {
            var e = await Assert.ThrowsAsync<LeaseException>(Open);
            Assert.Contains("exit code 3", e.Message, StringComparison.Ordinal);
            Assert.Null(Environment.GetEnvironmentVariable(Variable));
        }
        finally
        {
            server.Kill();
            folder.Delete(recursive: true);
        }
    }

    [Requires(Need.None, "sh")]
    public async Task One_that_opens_no_pipe_does_not_answer()
    {
        _timeouts.Connect = TimeSpan.FromMilliseconds(100);
        UseTool("echo $$ >\"$here/pid\"; echo 'still looking' >&2; exec sleep 60");
        new PrefetchedLease(_pipeName, Environment.ProcessId).Offer(_id);
        var e = await Assert.ThrowsAsync<LeaseException>(Open);
        Process.GetProcessById(int.Parse(File.ReadAllText(_tool.File("pid")), System.Globalization.CultureInfo.InvariantCulture)).Kill();
        Assert.Equal("CRC5004: crcache lease does not answer. Its last words:\nstill looking", e.Message);
    }

    [Requires(Need.None, "sh")]
    public async Task Without_one_of_the_build_one_is_started_and_its_checkpoints_must_be_there()
    {
        var settings = Settings("/no/such.checkpoint");
        var e = await Assert.ThrowsAsync<LeaseException>(() => Task.Run(() => LeaseConnection.Open(settings, _timeouts)));
        Assert.StartsWith("CRC5001: the checkpoint /no/such.checkpoint does not exist", e.Message, StringComparison.Ordinal);
    }

    [Requires(Need.None, "sh")]
    public async Task One_that_cannot_be_started_is_an_error()
    {
        File.Delete(_tool.Path);
        var e = await Assert.ThrowsAsync<LeaseException>(Open);
        Assert.StartsWith("CRC5002: crcache cannot be started", e.Message, StringComparison.Ordinal);
    }

    // A read that fails is the end of the connection; an AggregateException came out of here.
    [Fact]
    public void A_connection_that_breaks_has_ended() => Assert.Null(LeaseConnection.TryReadVariables(new BrokenReader(), s_limit));

    private static async Task SayAsync(NamedPipeServerStream server, params string[] lines)
    {
        await server.WaitForConnectionAsync().WaitAsync(s_limit);
        await server.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line == CutOff ? line : line + "\n"))));
    }

    private NamedPipeServerStream Offer()
    {
        new PrefetchedLease(_pipeName, Environment.ProcessId).Offer(_id);
        return new NamedPipeServerStream(_pipeName, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
    }

    private string Set(string value) => JsonSerializer.Serialize(new { @event = "variable", name = Variable, value });

    private void UseTool(string script)
    {
        _tool.Dispose();
        _tool = new FakeTool(script);
    }

    private Task<LeaseConnection> Open() => Task.Run(() => LeaseConnection.Open(Settings(), _timeouts));

    private LeaseSettings Settings(params string[] checkpoints)
    {
        File.WriteAllText(_tool.File("A.crcache.xml"), $"""
            <CrCache>
              <Source>{_tool.File("A.dll")}</Source>
              <LeaseId>{_id}</LeaseId>
              <Tool>{_tool.Path}</Tool>
              <DotNetHost>{FakeTool.Shell}</DotNetHost>
              <ReportFile>{_tool.File("lease.json")}</ReportFile>
              {string.Concat(checkpoints.Select(file => $"<Checkpoint>{file}</Checkpoint>"))}
            </CrCache>
            """);
        return LeaseSettings.Load(_tool.File("A.crcache.xml"));
    }

    private sealed class BrokenReader : TextReader
    {
        public override Task<string?> ReadLineAsync() => Task.FromException<string?>(new IOException("connection reset by peer"));
    }
}
