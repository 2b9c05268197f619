using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrCache.Diagnostics;
using CrCache.Shared;

namespace CrCache.Runtimes;

/// <summary>
/// Registers crcache-runc with a Docker engine on this machine: installs the script, adds it to daemon.json without
/// touching anything else there, and has the engine read that again.
/// </summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class RuntimeConfigurator
{
    private const int Hangup = 1;
    private const string ScriptPath = "/usr/local/sbin/crcache-runc";
    private const string StatePath = "/var/lib/crcache";
    private const string DumpsPath = StatePath + "/dumps";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly string _root;
    private readonly string _configPath;

    /// <summary>Creates a configurator.</summary>
    /// <param name="root">The root of the engine's file system, <c>/</c> for this machine's own.</param>
    /// <param name="configPath">The engine's daemon.json as the engine sees it.</param>
    public RuntimeConfigurator(string root = "/", string configPath = "/etc/docker/daemon.json")
    {
        _root = root;
        _configPath = configPath;
    }

    /// <summary>Does all of it; doing it again changes nothing.</summary>
    /// <param name="script">The runtime's script to install, with its parts beside it, whose names are its own and more.</param>
    /// <returns>What was changed, a line each; empty when all was as it should be.</returns>
    /// <exception cref="CrCacheException">Not root, or a file cannot be read or written (CRC1007); nothing is lost.</exception>
    public IReadOnlyList<string> Configure(string script)
    {
        var done = new List<string>();
        if (!Directory.Exists(_root))
        {
            // Made here, it would hold a registration that no engine ever reads.
            throw new CrCacheException(
                ErrorCodes.RuntimeNotConfigured, $"There is no directory {_root} that could be the root of an engine's file system.");
        }

        try
        {
            // Read first: a broken daemon.json stops everything before anything is changed.
            var config = ReadConfig();
            InstallScript(script, done);
            CreateDumps(done);
            if (Register(config))
            {
                WriteConfig(config);
                done.Add($"registered the runtime '{CrCacheRuntime.Name}' in {OnHost(_configPath)}");
                done.Add(Reload(config));
            }
        }
        catch (InvalidOperationException e)
        {
            throw new CrCacheException(
                ErrorCodes.RuntimeNotConfigured,
                $"{OnHost(_configPath)} is not as the engine wants it, so it was not changed: {e.Message}",
                e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CrCacheException(
                ErrorCodes.RuntimeNotConfigured, $"The runtime can only be registered by root: {e.Message} Run it with sudo.", e);
        }
        catch (IOException e)
        {
            throw new CrCacheException(ErrorCodes.RuntimeNotConfigured, $"The runtime cannot be registered: {e.Message}", e);
        }

        return done;
    }

    private string OnHost(string path) => _root == "/" ? path : Path.Join(_root, path);

    private JsonObject ReadConfig()
    {
        var path = OnHost(_configPath);
        if (!File.Exists(path))
        {
            return [];
        }

        var text = File.ReadAllText(path);
        try
        {
            return text.Trim().Length == 0 ? [] : JsonNode.Parse(text)?.AsObject() ?? [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CrCacheException(
                ErrorCodes.RuntimeNotConfigured, $"{path} is not a JSON object, so nothing was changed: {e.Message}", e);
        }
    }

    // The script last: the engine may start it between two of them, and the parts know what is asked of them before.
    private void InstallScript(string script, List<string> done)
    {
        var name = Path.GetFileName(script);
        foreach (var part in Directory.EnumerateFiles(Path.GetDirectoryName(script)!, name + ".*").Order().Append(script))
        {
            Install(part, ScriptPath + Path.GetFileName(part)[name.Length..], done);
        }
    }

    private void Install(string part, string path, List<string> done)
    {
        var target = OnHost(path);
        var content = File.ReadAllBytes(part);
        if (File.Exists(target) && File.ReadAllBytes(target).AsSpan().SequenceEqual(content))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        Replace(
            target,
            content,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        done.Add($"installed {target}");
    }

    private void CreateDumps(List<string> done)
    {
        var target = OnHost(DumpsPath);
        if (!Directory.Exists(target))
        {
            // One after the other: the mode holds for the last directory of a path only.
            Directory.CreateDirectory(OnHost(StatePath), OwnerOnly);
            Directory.CreateDirectory(target, OwnerOnly);
            done.Add($"made {target}");
        }
    }

    private static bool Register(JsonObject config)
    {
        if (config["runtimes"] is null)
        {
            config["runtimes"] = new JsonObject();
        }

        var runtimes = config["runtimes"]!.AsObject();
        if (runtimes[CrCacheRuntime.Name]?["path"]?.GetValue<string>() == ScriptPath)
        {
            return false;
        }

        runtimes[CrCacheRuntime.Name] = new JsonObject { ["path"] = ScriptPath };
        return true;
    }

    private void WriteConfig(JsonObject config)
    {
        var path = OnHost(_configPath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // A link stays one: its target is replaced.
        path = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
        var mode = File.Exists(path)
            ? File.GetUnixFileMode(path)
            : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        Replace(path, System.Text.Encoding.UTF8.GetBytes(config.ToJsonString(Indented) + "\n"), mode);
    }

    private string Reload(JsonObject config)
    {
        var pidFile = OnHost(config["pidfile"]?.GetValue<string>() ?? "/var/run/docker.pid");
        var reloaded = File.Exists(pidFile)
            && int.TryParse(File.ReadAllText(pidFile).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && IsEngine(pid)
            && LibC.Kill(pid, Hangup) == 0;
        return reloaded ? "told the engine to read it again" : "no running engine was found to read it; it will when it starts";
    }

    // The file of an engine that was killed, or of one with process ids of its own, names some other process, which would end.
    private static bool IsEngine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").TrimEnd() == "dockerd";
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Replace(string path, byte[] content, UnixFileMode mode)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllBytes(temporary, content);
            File.SetUnixFileMode(temporary, mode);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
