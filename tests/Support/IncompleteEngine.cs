using System.Diagnostics;
using CrCache.Engines;

namespace CrCache.Tests;

/// <summary>
/// A real engine that lacks the runtime, or CRIU, beside the one that the tests use (eng/test-engine.sh). It ends with this object.
/// </summary>
internal sealed class IncompleteEngine : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly Process _script;
    private readonly string _processId;

    private IncompleteEngine(Process script, string processId, string socket)
    {
        _script = script;
        _processId = processId;
        Host = $"unix://{socket}";
    }

    /// <summary>Its address.</summary>
    public string Host { get; }

    /// <summary>What starts a command in its network, where its published ports are.</summary>
    public string[] Inside => ["nsenter", $"--net=/proc/{_processId}/ns/net"];

    /// <summary>Why there can be none here, or null.</summary>
    public static string? WhyNot()
    {
        var endpoint = new EngineLocator().Locate();
        return !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess ? "a second engine needs root on Linux"
            : endpoint.Address.LocalPath != OwnEngine.Socket
                ? $"a second engine is made from our own, and the engine at {endpoint} is not that; see ./build.cmd engine start"
            : null;
    }

    /// <summary>Starts one and waits until it answers and has the image.</summary>
    /// <param name="lacking">What it lacks: <c>runtime</c> or <c>criu</c>.</param>
    /// <param name="image">The image that the tests need.</param>
    public static async Task<IncompleteEngine> StartAsync(string lacking, string image)
    {
        var script = Process.Start(new ProcessStartInfo(Repository.In("eng", "test-engine.sh"), [lacking, image])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        using var limit = new CancellationTokenSource(Limit);
        while (await script.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            // Before that it may say that it waits for another one.
            if (line.Split(' ') is [var processId, ['/', ..] socket])
            {
                return new IncompleteEngine(script, processId, socket);
            }
        }

        throw new InvalidOperationException("eng/test-engine.sh failed; its reason is on standard error.");
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        _script.StandardInput.Close();
        _script.WaitForExit(Limit);
        _script.Dispose();
    }
}
