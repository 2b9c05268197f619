using System.Security.Cryptography;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Engines.Docker;
using CrCache.Files;

namespace CrCache.Core.Tests.Engines;

public sealed class DockerEngineTests : IDisposable
{
    private const string Image = """{"Id":"sha256:1","Os":"linux","Architecture":"amd64","Config":{},"RootFS":{"Layers":["sha256:22"]}}""";
    private static readonly Dictionary<string, string> None = [];
    private static readonly string Id = new('a', 64);
    private readonly string _layer = Path.GetTempFileName();

    public void Dispose() => File.Delete(_layer);

    [Fact]
    public async Task A_container_that_is_created_while_its_maker_gives_up_is_removed()
    {
        using var source = new CancellationTokenSource();
        using var engine = new MadeUpEngine(call =>
        {
            if (call == "POST /containers/create")
            {
                source.Cancel();
            }

            return EngineAnswer.Of($$"""{"Id":"{{Id}}"}""");
        });
        var definition = new ContainerDefinition { Name = "a", Image = "image:1", Labels = None };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.Engine.CreateContainerAsync(definition, source.Token));
        Assert.Contains(engine.Calls, call => call.StartsWith($"DELETE /v1.51/containers/{Id}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1.41", "1.41")]
    [InlineData("1.51", "1.51")]
    [InlineData("1.54", "1.54")]
    [InlineData("2.1", "1.54")]
    public async Task The_newest_API_that_both_know_is_spoken(string offered, string spoken)
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Of("{}")) { ApiVersion = offered };
        Assert.Equal(spoken, (await engine.Engine.GetInfoAsync(default)).ApiVersion);
        Assert.Equal([$"GET /v{spoken}/info"], engine.Calls);
    }

    [Theory]
    [InlineData("1.40", "crcache needs 1.41 or later (Docker 20.10)")]
    [InlineData(null, "is not a container engine")]
    [InlineData("new", "is not a container engine")]
    public async Task What_is_no_engine_or_too_old_is_an_error(string? offered, string says)
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Of("{}")) { ApiVersion = offered };
        var error = await Assert.ThrowsAsync<CrCacheException>(() => engine.Engine.GetInfoAsync(default));
        Assert.Equal(ErrorCodes.NoEngine, error.Code);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Contains(engine.Address, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_said_to_be_missing()
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Of("{}"));
        File.Delete(new Uri(engine.Address).LocalPath);
        var error = await Assert.ThrowsAsync<CrCacheException>(() => engine.Engine.GetInfoAsync(default));
        Assert.Contains("there is no such socket. Start Docker", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sockets_path_may_be_as_long_as_the_system_allows()
    {
        // 107 bytes on Linux; the folder takes some 30 of them.
        using var engine = new MadeUpEngine(_ => EngineAnswer.Of("{}"), new string('x', 65));
        Assert.True(new Uri(engine.Address).LocalPath.Length > 91);
        await engine.Engine.GetInfoAsync(default);
    }

    [Fact]
    public async Task A_path_that_is_too_long_is_an_error()
    {
        using var engine = DockerEngines.Open(new EngineEndpoint(new Uri("unix:///" + new string('x', 200)), "the test"));
        Assert.Equal(ErrorCodes.NoEngine, (await Assert.ThrowsAsync<CrCacheException>(() => engine.GetInfoAsync(default))).Code);
    }

    [Fact]
    public async Task A_refusal_says_what_was_refused_and_in_the_engines_words()
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Refusal("OCI runtime create failed: crcache-runc: no"));
        var error = await Assert.ThrowsAsync<CrCacheException>(() => engine.Engine.StartContainerAsync(Id, default));
        Assert.Equal(
            $"The engine at {engine.Address} (the test) refused to start the container {Id[..12]}: "
            + "OCI runtime create failed: crcache-runc: no",
            error.Message);
    }

    [Fact]
    public async Task Waiting_for_a_container_that_is_gone_is_an_error()
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Refusal("No such container", 404));
        var error = await Assert.ThrowsAsync<CrCacheException>(() => engine.Engine.WaitForExitAsync(Id, default));
        Assert.Equal(ErrorCodes.EngineCallFailed, error.Code);
        Assert.Contains("No such container", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_is_not_made_of_an_image_that_is_not_there()
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Refusal("No such image: image:1", 404));
        var definition = new ContainerDefinition { Name = "a", Image = "image:1", Labels = None };
        var error = await Assert.ThrowsAsync<ImageMissingException>(() => engine.Engine.CreateContainerAsync(definition, default));
        Assert.Equal("image:1", error.Image);
    }

    [Fact]
    public async Task What_is_gone_need_not_be_removed()
    {
        using var engine = new MadeUpEngine(call => call.Contains("/images/", StringComparison.Ordinal)
            ? EngineAnswer.Refusal("No such image", 404)
            : EngineAnswer.Refusal("removal of container a is already in progress", 409));
        await engine.Engine.RemoveContainerAsync(Id, default);
        await engine.Engine.RemoveImageAsync("image:1", default);
        Assert.Null(await engine.Engine.FindImageAsync("image:1", default));
    }

    [Fact]
    public async Task Both_streams_of_a_log_are_put_together_in_their_order()
    {
        byte[] log =
        [
            .. EngineAnswer.Frame(1, "out "), .. EngineAnswer.Frame(2, "err "), .. EngineAnswer.Frame(1, ""), .. EngineAnswer.Frame(1, "ü"),
        ];
        using var engine = new MadeUpEngine(Answer);
        Assert.Equal("out err ü", await engine.Engine.GetLogAsync(Id, 10, default));

        EngineAnswer Answer(string call) => call.EndsWith("/logs", StringComparison.Ordinal)
            ? new EngineAnswer { Chunks = [log[..3], log[3..]] }
            : EngineAnswer.Of("""{"Config":{"Tty":false}}""");
    }

    [Fact]
    public async Task A_command_gives_its_output_and_its_exit_code()
    {
        using var engine = new MadeUpEngine(call => Exec(call, new EngineAnswer { Raw = true, Chunks = [EngineAnswer.Frame(1, "done")] }));
        Assert.Equal(new ExecResult(3, "done"), await engine.Engine.ExecAsync(Id, ["true"], TimeSpan.FromMinutes(1), default));
    }

    [Fact]
    public async Task A_command_that_does_not_end_in_time_gives_what_it_has_said()
    {
        var begun = new EngineAnswer { Raw = true, Chunks = [EngineAnswer.Frame(1, "begun")], Hangs = true };
        using var engine = new MadeUpEngine(call => Exec(call, begun));
        Assert.Equal(new ExecResult(null, "begun"), await engine.Engine.ExecAsync(Id, ["true"], TimeSpan.FromSeconds(2), default));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_is_no_failure()
    {
        using var engine = new MadeUpEngine(_ => new EngineAnswer { Hangs = true });
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.Engine.WaitForExitAsync(Id, cancelled.Token));
    }

    [Fact]
    public async Task A_command_whose_output_breaks_off_is_an_error()
    {
        var cut = new EngineAnswer { Raw = true, Chunks = [EngineAnswer.Frame(1, "cut off")[..10]] };
        using var engine = new MadeUpEngine(call => Exec(call, cut));
        var error = await Assert.ThrowsAsync<CrCacheException>(
            () => engine.Engine.ExecAsync(Id, ["true"], TimeSpan.FromMinutes(1), default));
        Assert.Contains("was to run true in a container, and the connection to it broke off", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_reported_in_the_engines_words_and_not_tried_again()
    {
        // The engine says so before it has read all, and reads no further.
        File.WriteAllBytes(_layer, RandomNumberGenerator.GetBytes(8 << 20));
        using var engine = new MadeUpEngine(call => call == "POST /images/load"
            ? EngineAnswer.Refusal("write /var/lib/docker/tmp/x: no space left on device") with { Deaf = true }
            : EngineAnswer.Of(Image));
        var error = await Assert.ThrowsAsync<CrCacheException>(
            () => engine.Engine.AddLayersAsync("image:1", [_layer], "added:1", None, default));
        Assert.Equal(ErrorCodes.EngineCallFailed, error.Code);
        Assert.Contains("write /var/lib/docker/tmp/x: no space left on device", error.Message, StringComparison.Ordinal);
        Assert.Single(engine.Calls, call => call.Contains("/images/load", StringComparison.Ordinal));
        Assert.DoesNotContain(engine.Calls, call => call.Contains("/images/get", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_engine_loads_neither_form_its_words_are_in_the_error()
    {
        using var engine = new MadeUpEngine(call => call switch
        {
            "POST /images/load" => EngineAnswer.Of("""{"errorDetail":{"message":"content digest: not found"},"error":"the same"}"""),
            "GET /images/get" => new EngineAnswer { Chunks = [new byte[1024]] },
            _ => EngineAnswer.Of(Image),
        });
        var error = await Assert.ThrowsAsync<CrCacheException>(
            () => engine.Engine.AddLayersAsync("image:1", [_layer], "added:1", None, default));
        Assert.Contains("refused to load an image on top of image:1: content digest: not found", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, engine.Calls.Count(call => call.Contains("/images/load", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_fails_in_reading_what_is_sent_is_no_failure_of_the_engine()
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Of("{}"));
        await using var broken = WrittenStream.Read((_, _) => throw new IOException("of this disk"), default);
        var error = await Assert.ThrowsAsync<IOException>(() => engine.Engine.WriteArchiveAsync(Id, "/a", broken, default));
        Assert.Equal("of this disk", error.Message);
    }

    [Fact]
    public async Task An_archive_that_breaks_off_is_an_error_in_the_middle_of_reading()
    {
        using var engine = new MadeUpEngine(_ => new EngineAnswer { Chunks = [new byte[100_000]], Cut = true });
        await using var tar = await engine.Engine.ReadArchiveAsync(Id, "/dumps/a", default);
        await tar.ReadExactlyAsync(new byte[100_000]);
        var error = await Assert.ThrowsAsync<CrCacheException>(() => tar.CopyToAsync(Stream.Null));
        Assert.Equal(ErrorCodes.NoEngine, error.Code);
        const string Broke = "and the connection to it broke off";
        Assert.Contains($"was to send /dumps/a of the container {Id[..12]}, {Broke}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_fails_is_explained_by_its_output()
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Of("""
            {"stream":"Step 1/2 : FROM scratch"}
            {"stream":"\n"}
            {"errorDetail":{"message":"no such file"},"error":"no such file"}
            """));
        var folder = Directory.CreateTempSubdirectory("crcache test ").FullName;
        var dockerfile = Path.Combine(folder, "Dockerfile");
        File.WriteAllText(dockerfile, "FROM scratch");
        var error = await Assert.ThrowsAsync<CrCacheException>(
            () => engine.Engine.BuildImageAsync(dockerfile, "built:1", new Progress<string>(), default));
        Directory.Delete(folder, recursive: true);
        Assert.Equal(ErrorCodes.ImageNotBuilt, error.Code);
        Assert.Contains("cannot be built: no such file\nStep 1/2 : FROM scratch", error.Message, StringComparison.Ordinal);
    }

    private static EngineAnswer Exec(string call, EngineAnswer started) => call switch
    {
        "POST /exec/e/start" => started,
        "GET /exec/e/json" => EngineAnswer.Of("""{"ID":"e","Running":false,"ExitCode":3}"""),
        _ => EngineAnswer.Of("""{"Id":"e"}"""),
    };
}
