using System.IO.Pipes;
using CrCache.Shared;
using Microsoft.Build.Framework;

namespace CrCache.Tasks.Tests;

public sealed class ReportLeaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeBuildEngine _engine = new();
    private readonly string _id = Guid.NewGuid().ToString("N");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_says_how_each_container_came_back()
    {
        _folder.Write("lease.json", """
            {
              "leases": [
                { "name": "mysql", "rung": "memory", "seconds": 0.41, "message": "mysql restored from memory in 0.41 s" },
                { "name": "redis", "rung": "cold", "seconds": 1, "message": "redis started cold in 1.00 s", "note": "CRC1006: no {0} CRIU" }
              ]
            }
            """);
        Assert.True(Report());
        Assert.Equal(
            [
                (MessageImportance.High, "CrCache: mysql restored from memory in 0.41 s"),
                (MessageImportance.High, "CrCache: redis started cold in 1.00 s. CRC1006: no {0} CRIU"),
            ],
            _engine.Messages.Select(message => (message.Importance, message.Message!)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{ \"leases\": ")]
    [InlineData("{ \"leases\": 7 }")]
    [InlineData("[]")]
    public void A_report_that_is_none_is_left_out(string? report)
    {
        if (report is not null)
        {
            _folder.Write("lease.json", report);
        }

        Assert.True(Report());
        Assert.Empty(_engine.Messages);
        Assert.Empty(_engine.Errors);
    }

    [Fact]
    public async Task A_lease_that_no_test_host_came_for_ends()
    {
        var pipe = $"crcache-test-{Guid.NewGuid():N}";
        using var server = new NamedPipeServerStream(pipe, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        var client = server.WaitForConnectionAsync();
        new PrefetchedLease(pipe, Environment.ProcessId).Offer(_id);
        Assert.True(Report());
        await client.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, await server.ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Null(PrefetchedLease.Take(_id));
    }

    // What cannot even be asked, because a folder is a file now or another user's, is a SocketException on Unix.
    [Theory]
    [InlineData("crcache-test-gone")]
    [InlineData("/etc/passwd/pipe")]
    public void One_that_is_gone_is_nothing_to_end(string pipe)
    {
        new PrefetchedLease(pipe, Environment.ProcessId).Offer(_id);
        Assert.True(Report());
        Assert.Empty(_engine.Errors);
    }

    private bool Report() => new ReportLease { BuildEngine = _engine, LeaseId = _id, ReportFile = _folder.File("lease.json") }.Execute();
}
