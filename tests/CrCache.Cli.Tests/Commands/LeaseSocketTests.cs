using CrCache.Shared;

namespace CrCache.Cli.Tests.Commands;

/// <summary>Where the executable serves a lease. The lease itself fails, and the client is told: no engine is needed for that.</summary>
public sealed class LeaseSocketTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Requires(Need.Linux)]
    public async Task A_long_temporary_folder_of_the_lease_is_no_matter() =>
        await IsServedAsync(Directory.CreateDirectory(_folder.File(new string('t', 150))).FullName);

    [Requires(Need.Linux)]
    public async Task A_read_only_one_is_none_either() => await IsServedAsync("/proc/sys");

    [Requires(Need.Linux)]
    public async Task Nor_is_another_one_than_the_client_s() =>
        await IsServedAsync(Directory.CreateDirectory(_folder.File("other")).FullName);

    [Requires(Need.Linux)]
    public async Task A_mere_name_is_served_in_the_temporary_folder_of_the_lease()
    {
        using var lease = Start("a-name", _folder.Path);
        await IsToldAsync(_folder.File("CoreFxPipe_a-name"));
    }

    [Requires(Need.Linux)]
    public async Task A_place_that_others_can_come_to_is_an_error_with_a_code()
    {
        using var lease = Start("/tmp/crcache-test-socket", _folder.Path);
        await lease.WaitAsync();
        Assert.Equal(1, lease.ExitCode);
        Assert.Contains("error CRC5008: The lease cannot be served: /tmp ", lease.Error, StringComparison.Ordinal);
    }

    private async Task IsServedAsync(string temporary)
    {
        var address = LeaseSocket.NewAddress();
        using var lease = Start(address, temporary);
        await IsToldAsync(address);
        await lease.WaitAsync();
        Assert.False(File.Exists(address));
    }

    private static async Task IsToldAsync(string address)
    {
        using var client = await LeaseClient.ConnectAsync(address);
        Assert.Equal("error", Assert.Single(await LeaseClient.ReadAsync(client)).Event);
    }

    private Tool Start(string address, string temporary) => Tool.Start(
        new Dictionary<string, string> { ["TMPDIR"] = temporary, ["CRCACHE_HOME"] = _folder.File("home") },
        "lease",
        "--checkpoint",
        _folder.File("none.checkpoint"),
        "--pipe",
        address);
}
