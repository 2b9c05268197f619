using System.Runtime.Versioning;
using CrCache.Diagnostics;
using CrCache.DockerConfiguration;

namespace CrCache.Core.Tests.DockerConfiguration;

/// <summary>A credential helper that waits for something that never comes is an error that names it, and is ended.</summary>
public sealed class CredentialHelperTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache helper ").FullName;
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");

    // Last of all: what other tests start is found as before.
    public CredentialHelperTests() => Environment.SetEnvironmentVariable("PATH", $"{_path}{Path.PathSeparator}{_folder}");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        Directory.Delete(_folder, recursive: true);
    }

    [Requires(Need.Linux)]
    [UnsupportedOSPlatform("windows")]
    public async Task One_that_never_answers()
    {
        var started = Path.Combine(_folder, "started");
        var helper = Path.Combine(_folder, "docker-credential-hangs");
        File.WriteAllText(helper, $"#!/bin/sh\nsleep 600 &\necho $! > '{started}'\nwait\n");
        File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var error = await Assert.ThrowsAsync<CrCacheException>(
            () => CredentialHelper.AskAsync("hangs", "registry.test", TimeSpan.FromSeconds(2), default));
        Assert.Equal(ErrorCodes.NoCredentials, error.Code);
        Assert.Contains("'docker-credential-hangs'", error.Message, StringComparison.Ordinal);
        Assert.Contains("registry.test", error.Message, StringComparison.Ordinal);
        var sleeper = File.ReadAllText(started).Trim();
        await Eventually.FindAsync(
            TimeSpan.FromSeconds(10),
            () => IsSleeping(sleeper) ? null : sleeper,
            () => "What it had started is still there.");
    }

    private static bool IsSleeping(string processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/stat").Contains("(sleep) S", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
