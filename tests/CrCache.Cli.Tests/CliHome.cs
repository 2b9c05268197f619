using System.Text.Json;

namespace CrCache.Cli.Tests;

/// <summary>A store of its own with a checkpoint of Redis in it, for tests that list and remove.</summary>
public sealed class CliHome : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("crcache cli ").FullName;

    internal Dictionary<string, string> Environment => new() { ["CRCACHE_HOME"] = _home };

    internal string Folder => _home;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        if (Needs.WhyNot(Need.Engine) is null)
        {
            await RunAsync("checkpoint", "redis");
        }
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        if (Needs.WhyNot(Need.Engine) is null)
        {
            await RunAsync("remove", "--all");
        }

        Directory.Delete(_home, recursive: true);
    }

    /// <summary>Runs crcache with this store; it must succeed.</summary>
    internal async Task<string> RunAsync(params string[] arguments)
    {
        using var tool = await Tool.RunAsync(Environment, arguments);
        Assert.True(tool.ExitCode == 0, $"{string.Join(' ', arguments)}\n{tool.Output}{tool.Error}");
        return tool.Output;
    }

    /// <summary>As <see cref="RunAsync"/>, with <c>--json</c>: each line must be an object.</summary>
    internal async Task<IReadOnlyList<JsonElement>> RunJsonAsync(params string[] arguments) =>
        Lines(await RunAsync([.. arguments, "--json"]));

    /// <summary>JSON lines.</summary>
    internal static JsonElement[] Lines(string output) =>
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
}
