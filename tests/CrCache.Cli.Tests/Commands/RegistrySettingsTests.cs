using CrCache.Archives;
using CrCache.Cli.Commands;
using CrCache.Diagnostics;

namespace CrCache.Cli.Tests.Commands;

/// <summary>Which registry is used and for what, by the command line and the environment.</summary>
[Collection(ConsoleGroup.Name)]
public sealed class RegistrySettingsTests : IDisposable
{
    public void Dispose()
    {
        Set(null, null);
        Environment.SetEnvironmentVariable(ArchiveKeys.Variable, null);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("env.example/a", null, "env.example/a")]
    [InlineData("env.example/a", "--registry line.example/b", "line.example/b")]
    [InlineData(null, "--registry line.example/b", "line.example/b")]
    public void The_command_line_comes_before_the_environment(string? variable, string? options, string? registry)
    {
        Set(variable, null);
        Assert.Equal(registry, Context(options).Registry()?.ToString());
    }

    [Theory]
    [InlineData("share", null)]
    [InlineData(null, "--registry-mode share")]
    [InlineData(null, "--registry-mode 1")]
    [InlineData("push", "--registry-mode pull,push")]
    public void A_mode_that_is_none_is_an_error_also_without_a_registry(string? variable, string? options)
    {
        Set(null, variable);
        Assert.Equal(ErrorCodes.BadRegistryMode, Error(options));
    }

    [Fact]
    public void A_registry_that_is_off_need_not_be_named_well()
    {
        Set("https://wrong", "OFF");
        Assert.Null(Error(null));
        Assert.Equal(ErrorCodes.BadRegistry, Error("--registry-mode push"));
    }

    [Theory]
    [InlineData("secret", null, ErrorCodes.BadRegistryKey)]
    [InlineData(null, "--registry-trust true", ErrorCodes.BadRegistry)]
    [InlineData(null, "--registry-trust registry.example/team", null)]
    public void Whom_to_trust_is_known_before_anything_starts(string? key, string? options, string? code)
    {
        Environment.SetEnvironmentVariable(ArchiveKeys.Variable, key);
        Assert.Equal(code, Error(options));
    }

    [Fact]
    public async Task A_key_that_the_command_makes_is_one()
    {
        using var made = await Tool.RunAsync("registry", "key");
        Environment.SetEnvironmentVariable(ArchiveKeys.Variable, made.Output);
        Assert.Null(Error(null));
        Assert.Equal(45, made.Output.Length);
    }

    [Fact]
    public void To_push_or_pull_one_must_be_named() =>
        Assert.Equal(ErrorCodes.NoRegistry, Assert.Throws<CrCacheException>(() => Context(null).NeedRegistry()).Code);

    private static string? Error(string? options)
    {
        try
        {
            Context(options).MakerFor(FailingEngine.With(new InvalidOperationException("No engine is to be asked.")));
            return null;
        }
        catch (CrCacheException e)
        {
            return e.Code;
        }
    }

    private static CommandContext Context(string? options)
    {
        using var termination = new Termination();
        var result = CommandTree.Create(termination).Parse($"checkpoint mysql {options}");
        Assert.Empty(result.Errors);
        return new CommandContext(result, new KeptReporter(), default);
    }

    private static void Set(string? registry, string? mode)
    {
        Environment.SetEnvironmentVariable("CRCACHE_REGISTRY", registry);
        Environment.SetEnvironmentVariable("CRCACHE_REGISTRY_MODE", mode);
    }
}
