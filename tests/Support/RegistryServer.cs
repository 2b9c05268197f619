using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using CrCache.Registries;

namespace CrCache.Tests;

/// <summary>A real registry of its own on a free port of this machine, with a storage that is thrown away.</summary>
internal sealed partial class RegistryServer : IDisposable
{
    /// <summary>The program that it is.</summary>
    public const string Program = "docker-registry";

    public const string User = "tester";
    public const string Password = "open sesame";

    // htpasswd -nbB
    private const string PasswordFile = "tester:$2y$05$CrCacheTestsCrCacheTeea0utg3osNCk0xbu9Odu6Z80LMItwMh6\n";
    private const string OwnRequests = "asked-by-the-test-";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache registry ").FullName;
    private readonly List<string> _log = [];
    private readonly Process _process;
    private readonly string _scheme;

    private RegistryServer(TestAuthority? authority, bool withPassword, object? token, string? blobServer)
    {
        var certificate = authority?.IssueFiles(_folder);
        _scheme = certificate is null ? "http" : "https";
        File.WriteAllText(Path.Combine(_folder, "htpasswd"), PasswordFile);
        var options = new Dictionary<string, object>
        {
            ["version"] = "0.1",
            ["storage"] = new { filesystem = new { rootdirectory = Storage } },
            ["http"] = certificate is { } files
                ? new { addr = "127.0.0.1:0", secret = "s", tls = new { certificate = files.Certificate, key = files.Key } }
                : new { addr = "127.0.0.1:0", secret = "s" },
        };
        if (withPassword || token is not null)
        {
            options["auth"] = token is not null
                ? new { token }
                : new { htpasswd = new { realm = "test", path = Path.Combine(_folder, "htpasswd") } };
        }

        if (blobServer is not null)
        {
            options["middleware"] = new { storage = new[] { new { name = "redirect", options = new { baseurl = blobServer } } } };
        }

        // JSON is YAML.
        var configuration = Path.Combine(_folder, "config.yml");
        File.WriteAllText(configuration, JsonSerializer.Serialize(options));
        _process = Process.Start(
            new ProcessStartInfo(Programs.Find(Program)!, ["serve", configuration])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; private set; }

    /// <summary>Host and port.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>The directory of its storage.</summary>
    public string Storage => Path.Combine(_folder, "storage");

    /// <summary>Starts one and waits until it listens.</summary>
    /// <param name="authority">Who issues its certificate; without one it speaks plain HTTP.</param>
    /// <param name="withPassword">True where it wants <see cref="User"/> and <see cref="Password"/>.</param>
    /// <param name="token">Its settings for a token server, or null.</param>
    /// <param name="blobServer">Where it sends those who want a blob, or null.</param>
    public static async Task<RegistryServer> StartAsync(
        TestAuthority? authority = null, bool withPassword = false, object? token = null, string? blobServer = null)
    {
        var server = new RegistryServer(authority, withPassword, token, blobServer);
        var line = await server.WaitForLineAsync("listening on 127.0.0.1:");
        server.Port = int.Parse(ListeningPort().Match(line).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        return server;
    }

    /// <summary>A repository of it.</summary>
    public RegistryReference Repository(string name) => RegistryReference.Parse($"{Host}/{name}");

    /// <summary>The file of a blob.</summary>
    public string BlobPath(string digest)
    {
        var hash = digest["sha256:".Length..];
        return Path.Combine(Storage, "docker/registry/v2/blobs/sha256", hash[..2], hash, "data");
    }

    /// <summary>All requests until now, as <c>PUT /v2/… 201</c>.</summary>
    public async Task<IReadOnlyList<string>> RequestsAsync()
    {
        // The log is written after the answer; a request of our own comes after all others.
        var mark = $"{OwnRequests}{Guid.NewGuid():N}";
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using var http = new HttpClient(handler);
        using var answer = await http.GetAsync(new Uri($"{_scheme}://{Host}/{mark}"));
        await WaitForLineAsync($"GET /{mark} ");
        return Log().Select(line => Request().Match(line))
            .Where(match => match.Success && !match.Value.Contains(OwnRequests, StringComparison.Ordinal))
            .Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}").ToArray();
    }

    /// <summary>Ends it; its storage stays until it is disposed.</summary>
    public void Stop()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Stop();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<string> WaitForLineAsync(string text) => Eventually.FindAsync(
        Limit,
        () => Log().FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)),
        () => $"The registry did not write '{text}':\n{string.Join('\n', Log())}");

    private string[] Log()
    {
        lock (_log)
        {
            return [.. _log];
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_log)
            {
                _log.Add(line);
            }
        }
    }

    [GeneratedRegex(@"listening on 127\.0\.0\.1:([0-9]+)")]
    private static partial Regex ListeningPort();

    // The access log: 127.0.0.1 - - [time] "PUT /v2/… HTTP/1.1" 201 0 "" "crcache/0.1.0"
    [GeneratedRegex("""- \[[^\]]+\] "([A-Z]+ \S+) HTTP/[0-9.]+" ([0-9]+) """)]
    private static partial Regex Request();
}
