using CrCache.Diagnostics;

namespace CrCache.Core.Tests.Engines;

/// <summary>
/// Whatever an engine does in the middle of whatever it is asked, people get an error that names it, and never an exception of the
/// client's.
/// </summary>
public sealed class EngineFaultTests : IDisposable
{
    private const string Refusal = "made-up refusal";
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache test ").FullName;

    public EngineFaultTests() => File.WriteAllText(Path.Combine(_folder, "Dockerfile"), "FROM scratch");

    public static TheoryData<string> Names => [.. EngineOperations.Names];

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
        var error = await FailAsync(operation, call => EngineOperations.Before(call) with { Cut = true }, EngineOperations.Silent);
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
        await FailAsync(operation, _ => EngineAnswer.Of("<html>this is not the API</html>"), [.. EngineOperations.Silent, "read archive"]);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_engine_that_answers_null(string operation) =>
        await FailAsync(
            operation,
            _ => EngineAnswer.Of("null"),
            [.. EngineOperations.Silent, "find image", "import", "pull", "build", "read archive", "remove image"]);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Nobody_answers(string operation)
    {
        using var engine = new MadeUpEngine(_ => EngineAnswer.Nothing);
        File.Delete(new Uri(engine.Address).LocalPath);
        var error = await Assert.ThrowsAsync<CrCacheException>(() => EngineOperations.RunAsync(operation, engine.Engine, _folder));
        Assert.Equal(ErrorCodes.NoEngine, error.Code);
        Assert.Contains(engine.Address, error.Message, StringComparison.Ordinal);
        Assert.Contains("Start Docker", error.Message, StringComparison.Ordinal);
    }

    private async Task<CrCacheException> FailAsync(string operation, Func<string, EngineAnswer> answer, params string[] mayWork)
    {
        using var engine = new MadeUpEngine(answer);
        var error = await Record.ExceptionAsync(() => EngineOperations.RunAsync(operation, engine.Engine, _folder));
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
