using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CrCache.Bench.Measuring;

namespace CrCache.Bench.Registry;

/// <summary>Debian's docker-registry (eng/test-tools.sh) on a free port of this machine.</summary>
internal sealed partial class LocalRegistry : IAsyncDisposable
{
    private readonly Process _process;

    private LocalRegistry(Process process, int port)
    {
        (_process, Port) = (process, port);

        // Nobody needs the rest, but a full pipe would stop it.
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Starts it.</summary>
    /// <param name="directory">For its configuration and its storage.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="SkippedException">It is not there.</exception>
    public static async Task<LocalRegistry> StartAsync(string directory, CancellationToken cancellationToken)
    {
        var engine = Environment.GetEnvironmentVariable("CRCACHE_ENGINE_DIR") ?? "/var/lib/crcache-engine";
        var program = Path.Combine(engine, "registry", "usr", "bin", "docker-registry");
        if (!File.Exists(program))
        {
            throw new SkippedException("there is no docker-registry here; on Debian, as root, eng/test-tools.sh fetches it");
        }

        // JSON is YAML.
        var configuration = Path.Combine(Directory.CreateDirectory(directory).FullName, "config.yml");
        var options = new
        {
            version = "0.1",
            storage = new { filesystem = new { rootdirectory = Path.Combine(directory, "storage") } },
            http = new { addr = "127.0.0.1:0", secret = "s" },
        };
        await File.WriteAllTextAsync(configuration, JsonSerializer.Serialize(options), cancellationToken);
        var process = Process.Start(Command.Info(program, "serve", configuration))!;
        while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            if (ListeningPort().Match(line) is { Success: true } match)
            {
                return new LocalRegistry(process, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
            }
        }

        throw new InvalidOperationException("docker-registry has ended at once");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"listening on 127\.0\.0\.1:([0-9]+)")]
    private static partial Regex ListeningPort();
}
