using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Names;

namespace CrCache.Core.Tests.Engines;

/// <summary>
/// Whatever an engine does in the middle of whatever it is asked, people get an error that names it, and never an exception of the
/// client's.
/// </summary>
public sealed class EngineFaultTests : IDisposable
{
    private const string Refusal = "made-up refusal";
    private static readonly Dictionary<string, string> None = [];
    private static readonly string Id = new('a', 64);

    private static readonly Dictionary<string, Func<IEngine, string, Task>> Operations = new()
    {
        ["info"] = (engine, _) => engine.GetInfoAsync(default),
        ["components"] = (engine, _) => engine.GetComponentsAsync(default),
        ["find image"] = (engine, _) => engine.FindImageAsync("image:1", default),
        ["pull"] = (engine, _) => engine.PullImageAsync("image:1", new Progress<string>(), default),
        ["build"] = (engine, folder) =>
            engine.BuildImageAsync(Path.Combine(folder, "Dockerfile"), "built:1", new Progress<string>(), default),
        ["import"] = (engine, _) => engine.ImportImageAsync(new MemoryStream(new byte[1024]), "imported:1", None, default),
        ["list images"] = (engine, _) => engine.ListImagesAsync("crcache/checkpoint", default),
        ["remove image"] = (engine, _) => engine.RemoveImageAsync("image:1", default),
        ["commit"] = (engine, _) => engine.CommitAsync(Id, "committed", "1", None, default),
        ["read layers"] = (engine, folder) => engine.ReadLayersAsync(
            "image:1", new Dictionary<string, string> { [Digest.Of([])] = Path.Combine(folder, "layer.tar") }, default),
        ["add layers"] = (engine, folder) =>
            engine.AddLayersAsync("image:1", [Path.Combine(folder, "Dockerfile")], "added:1", None, default),
        ["create"] = (engine, _) =>
            engine.CreateContainerAsync(new ContainerDefinition { Name = "a", Image = "image:1", Labels = None }, default),
        ["start"] = (engine, _) => engine.StartContainerAsync(Id, default),
        ["signal"] = (engine, _) => engine.SignalContainerAsync(Id, 39, default),
        ["stop"] = (engine, _) => engine.StopContainerAsync(Id, TimeSpan.FromSeconds(1), default),
        ["wait"] = (engine, _) => engine.WaitForExitAsync(Id, default),
        ["find container"] = (engine, _) => engine.FindContainerAsync(Id, default),
        ["list containers"] = (engine, _) => engine.ListContainersAsync("crcache", default),
        ["list containers of an image"] = (engine, _) => engine.ListContainersOfAsync("image:1", default),
        ["remove container"] = (engine, _) => engine.RemoveContainerAsync(Id, default),
        ["log"] = (engine, _) => engine.GetLogAsync(Id, 10, default),
        ["disconnect"] = (engine, _) => engine.DisconnectContainerAsync(Id, default),
        ["exec"] = (engine, _) => engine.ExecAsync(Id, ["true"], TimeSpan.FromSeconds(20), default),
        ["read archive"] = async (engine, _) =>
        {
            await using var tar = await engine.ReadArchiveAsync(Id, "/a", default);
            await tar.CopyToAsync(Stream.Null);
        },
        ["write archive"] = (engine, _) => engine.WriteArchiveAsync(Id, "/a", new MemoryStream(new byte[1024]), default),
    };

    // Of these the engine's answer has nothing that is read.
    private static readonly string[] Silent = ["start", "signal", "stop", "remove container", "disconnect", "write archive"];

    private readonly string _folder = Directory.CreateTempSubdirectory("crcache test ").FullName;

    public EngineFaultTests() => File.WriteAllText(Path.Combine(_folder, "Dockerfile"), "FROM scratch");

    public static TheoryData<string> Names => [.. Operations.Keys];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_engine_that_goes_without_an_answer(string operation)
    {
        var error = await FailAsync(operation, _ => EngineAnswer.Nothing);
        Assert.Equal(ErrorCodes.NoEngine, error.Code);
        Assert.Contains("broke off", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Start Docker", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_engine_that_refuses(string operation)
    {
        var error = await FailAsync(operation, _ => EngineAnswer.Refusal(Refusal));
        Assert.Equal(operation == "pull" ? ErrorCodes.ImageNotFound : ErrorCodes.EngineCallFailed, error.Code);
        Assert.Contains(Refusal, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_engine_that_refuses_in_other_words_than_its_own(string operation)
    {
        var error = await FailAsync(operation, _ => EngineAnswer.Of("<html>gateway</html>", 502));
        Assert.Contains("<html>gateway</html>", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_engine_that_goes_in_the_middle_of_an_answer(string operation)
    {
        var error = await FailAsync(operation, call => Whole(call) with { Cut = true }, Silent);
        Assert.True(error.Code == ErrorCodes.NoEngine, error.ToString());
        Assert.DoesNotContain("Start Docker", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_engine_that_goes_in_the_middle_of_a_refusal(string operation) =>
        await FailAsync(operation, _ => EngineAnswer.Refusal(Refusal) with { Cut = true });

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_engine_that_answers_what_nobody_understands(string operation) =>
        await FailAsync(operation, _ => EngineAnswer.Of("<html>this is not the API</html>"), [.. Silent, "read archive"]);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_engine_that_answers_null(string operation) =>
        await FailAsync(
            operation,
            _ => EngineAnswer.Of("null"),
            [.. Silent, "find image", "import", "pull", "build", "read archive", "remove image"]);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Nobody_answers(string operation)
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Nothing);
        File.Delete(new Uri(engine.Address).LocalPath);
        var error = await Assert.ThrowsAsync<CrCacheException>(() => Operations[operation](engine.Engine, _folder));
        Assert.Equal(ErrorCodes.NoEngine, error.Code);
        Assert.Contains(engine.Address, error.Message, StringComparison.Ordinal);
        Assert.Contains("Start Docker", error.Message, StringComparison.Ordinal);
    }

    // Enough of an answer for the call before the one that matters.
    private static EngineAnswer Whole(string call) => call switch
    {
        "GET /images/image:1/json" => EngineAnswer.Of(
            """{"Id":"sha256:1","Os":"linux","Architecture":"amd64","RootFS":{"Layers":["sha256:2"]}}"""),
        _ => EngineAnswer.Of("{}"),
    };

    private async Task<CrCacheException> FailAsync(string operation, Func<string, EngineAnswer> answer, params string[] mayWork)
    {
        using var engine = new MadeUpEngine(answer);
        var error = await Record.ExceptionAsync(() => Operations[operation](engine.Engine, _folder));
        if (error is null)
        {
            Assert.Contains(operation, mayWork);
            return new CrCacheException(ErrorCodes.NoEngine, "The answer does not matter.");
        }

        var failure = Assert.IsType<CrCacheException>(error);
        Assert.Contains(failure.Code, new[] { ErrorCodes.NoEngine, ErrorCodes.EngineCallFailed, ErrorCodes.ImageNotFound });
        if (failure.Code != ErrorCodes.ImageNotFound)
        {
            Assert.Contains(engine.Address, failure.Message, StringComparison.Ordinal);
        }

        return failure;
    }
}
