using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Leases;
using CrCache.Ownership;
using CrCache.Restoring;
using CrCache.Specs;

namespace CrCache.Engine.Tests.Making;

/// <summary>Images without a preset, by metadata alone.</summary>
[Collection(EngineTests.Name)]
public sealed class AnyImageTests(EngineFixture fixture) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache any ").FullName;
    private readonly Progress<string> _progress = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.Engine)]
    public async Task Every_kind_of_probe_gives_a_checkpoint_that_restores_from_memory()
    {
        // Redis answers HTTP requests with an error and closes: a status needs a server of its own below.
        foreach (var ready in new[] { "exec: redis-cli ping", "log: Ready to accept connections", "tcp", "tcp: 6379" })
        {
            await AssertRestoresAsync(("Image", "redis:8"), ("Ports", "6379"), ("Ready", ready), ("Command", "redis-server --save ''"));
        }
    }

    [Requires(Need.Engine)]
    public async Task The_images_port_and_health_check_are_the_defaults_and_a_Dockerfile_is_built()
    {
        Write(
            "Dockerfile",
            "FROM redis:8\nCOPY marker /marker\nHEALTHCHECK CMD test -e /marker && redis-cli ping\nCMD [\"redis-server\", \"--save\", "
            + "\"\"]\n");
        Write("marker", "built");
        Write("secret.txt", "not for the image");
        Write(".dockerignore", "*.txt\n");
        var spec = await ResolveAsync(("Dockerfile", "Dockerfile"));
        Assert.Equal([new NamedPort("tcp", 6379)], spec.Ports);
        Assert.Contains("/marker", string.Join(' ', spec.Ready.Exec!), StringComparison.Ordinal);
        await AssertRestoresAsync(spec);
    }

    [Requires(Need.Engine)]
    public async Task A_Dockerfile_that_does_not_build_is_an_error_with_its_output()
    {
        Write("Dockerfile", "FROM redis:8\nRUN echo this step fails; exit 4\n");
        var error = await Assert.ThrowsAsync<CrCacheException>(() => ResolveAsync(("Dockerfile", "Dockerfile")));
        Assert.Equal(ErrorCodes.ImageNotBuilt, error.Code);
        Assert.Contains("this step fails", error.Message, StringComparison.Ordinal);
    }

    [Requires(Need.Engine)]
    public async Task Http_waits_for_a_good_status()
    {
        // A server that answers 503 at first, in the only language that the image of RabbitMQ brings.
        var web = """
            {ok,L}=gen_tcp:listen(8080,[binary,{active,false},{reuseaddr,true}]),
            F=fun(F,N)->{ok,S}=gen_tcp:accept(L),gen_tcp:recv(S,0,1000),
            R=case N<3 of true->"503 No";false->"200 OK" end,
            gen_tcp:send(S,"HTTP/1.1 "++R++"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
            gen_tcp:close(S),F(F,N+1) end,F(F,0).
            """.ReplaceLineEndings("");
        await AssertRestoresAsync(
            ("Image", "rabbitmq:4"),
            ("Ports", "http=8080"),
            ("Ready", "http: http/health"),
            ("Command", $"erl -noshell -eval '{web.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
    }

    [Requires(Need.Engine)]
    public async Task A_port_that_nothing_listens_on_is_an_error_that_names_it()
    {
        var spec = await ResolveAsync(("Image", "redis:8"), ("Ports", "tcp=6379;admin=9999"), ("Ready", "exec: redis-cli ping"));
        var error = await Assert.ThrowsAsync<CrCacheException>(() => Maker.EnsureAsync(spec, null, false, _progress, default));
        Assert.Equal(ErrorCodes.NotReady, error.Code);
        Assert.Contains("9999", error.Message, StringComparison.Ordinal);
    }

    [Requires(Need.Engine)]
    public async Task An_image_that_declares_no_port_needs_one()
    {
        Write("Dockerfile", "FROM crcache/debian:sid\nCMD [\"sleep\", \"9\"]\n");
        var error = await Assert.ThrowsAsync<CrCacheException>(() => ResolveAsync(("Dockerfile", "Dockerfile")));
        Assert.Equal(ErrorCodes.BadMetadata, error.Code);
        Assert.Contains("Ports=", error.Message, StringComparison.Ordinal);
    }

    [Requires(Need.Engine)]
    public async Task A_set_up_file_that_fails_is_an_error_with_its_output_file_and_line()
    {
        foreach (var preset in new[] { "postgres", "mariadb" })
        {
            Write("bad.sql", "CREATE TABLE t (n INT);\n\nINSERT INTO nowhere VALUES (1);\n");
            await AssertFailsAsync(preset, "bad.sql", 3, "nowhere");
        }

        Write("bad.sh", "echo before\nno-such-command-at-all\nexit 1\n");
        await AssertFailsAsync("redis", "bad.sh", 2, "no-such-command-at-all");
    }

    [Requires(Need.Engine)]
    public async Task A_set_up_file_that_hangs_ends_after_the_timeout_with_its_output_so_far()
    {
        Write("hang.sh", "echo going to sleep\nsleep 100\n");
        var spec = await ResolveAsync(("Preset", "redis"), ("Setup", "hang.sh"), ("Timeout", "2"));
        var error = await Assert.ThrowsAsync<CrCacheException>(() => Maker.EnsureAsync(spec, null, false, _progress, default));
        Assert.Equal(ErrorCodes.SetupTimedOut, error.Code);
        Assert.Contains("hang.sh", error.Message, StringComparison.Ordinal);
        Assert.Contains("going to sleep", error.Message, StringComparison.Ordinal);
        Assert.Empty(await fixture.ContainersOfAsync(Environment.ProcessId));
    }

    private CheckpointProvider Maker => fixture.Maker;

    private async Task AssertFailsAsync(string preset, string file, int line, string says)
    {
        var spec = await ResolveAsync(("Preset", preset), ("Setup", file));
        var error = await Assert.ThrowsAsync<CrCacheException>(() => Maker.EnsureAsync(spec, null, false, _progress, default));
        Assert.Equal(ErrorCodes.SetupFailed, error.Code);
        Assert.Equal(Path.Combine(_folder, file), error.File);
        Assert.Equal(line, error.Line);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    private async Task AssertRestoresAsync(params (string Name, string Value)[] metadata) =>
        await AssertRestoresAsync(await ResolveAsync([.. metadata, ("Mode", "memory")]));

    private async Task AssertRestoresAsync(CheckpointSpec spec)
    {
        var (stored, _) = await Maker.EnsureAsync(spec, null, false, _progress, default);
        var copy = await new CheckpointRestorer(fixture.Engine, fixture.Store).RestoreAsync(
            spec, stored, ContainerLabels.ForLease, _progress, default);
        try
        {
            Assert.True(stored.Memory is not null, stored.WhyNoMemory);
            Assert.NotEmpty(LeaseVariables.Of(copy));
        }
        finally
        {
            await fixture.Engine.RemoveContainerAsync(copy.Id, default);
        }
    }

    private Task<CheckpointSpec> ResolveAsync(params (string Name, string Value)[] metadata)
    {
        var item = new CheckpointItem
        {
            Name = "any",
            Directory = _folder,
            Metadata = metadata.ToDictionary(entry => entry.Name, entry => entry.Value),
        };
        return new SpecResolver(fixture.Engine).ResolveAsync(item, _progress, default);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
