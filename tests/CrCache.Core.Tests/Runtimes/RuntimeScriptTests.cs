using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;

namespace CrCache.Core.Tests.Runtimes;

/// <summary>What crcache-runc makes of its words and of config.json, as far as it needs no engine, no runc and no root for that.</summary>
public sealed class RuntimeScriptTests : IDisposable
{
    // Nobody has a dump of these.
    private readonly string _key = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)).ToLowerInvariant();
    private readonly string _id = new('b', 64);
    private readonly string _bundle = Directory.CreateTempSubdirectory("crcache bundle ").FullName;

    private string Log => Path.Combine(_bundle, "log.json");

    public void Dispose() => Directory.Delete(_bundle, recursive: true);

    [Requires(Need.Linux)]
    [InlineData("""{"process":{"env":["PATH=/bin","CRCACHE_RESTORE=KEY"]}}""")]
    [InlineData("""{"process":{"env":["CRCACHE_RESTORE=KEY","PATH=/bin"]}}""")]
    [InlineData("{\n\t\"process\": {\n\t\t\"env\": [\n\t\t\t\"PATH=/bin\",\n\t\t\t\"CRCACHE_RESTORE=KEY\"\n\t\t]\n\t}\n}")]
    [InlineData("""{ "process" : { "env" : [ "PATH=/bin" , "CRCACHE_RESTORE=KEY" ] } }""")]
    public void A_key_is_found_however_the_configuration_is_laid_out(string config)
    {
        Assert.Contains($"there is no dump {_key}", Create(config, _id), StringComparison.Ordinal);
        using var logged = JsonDocument.Parse(File.ReadAllText(Log));
        Assert.Equal("error", logged.RootElement.GetProperty("level").GetString());
        Assert.Equal($"crcache-runc: there is no dump {_key} on this machine", logged.RootElement.GetProperty("msg").GetString());
    }

    [Requires(Need.Linux)]
    [InlineData("""{"process":{"env":["TEXT=\"CRCACHE_RESTORE=KEY\""]}}""")]
    [InlineData("""{"process":{"env":["TEXT=[\"CRCACHE_RESTORE=KEY\"]"]}}""")]
    [InlineData("""{"process":{"env":["TEXT=a\n\"CRCACHE_RESTORE=KEY\""]}}""")]
    [InlineData("""{"process":{"env":["NOT_CRCACHE_RESTORE=KEY","CRCACHE_RESTORE=KEY0","CRCACHE_RESTORE=../../KEY"]}}""")]
    [InlineData("""{"annotations":{"CRCACHE_RESTORE=KEY":"x"}}""")]
    [InlineData("""{"annotations":{"process.env":"CRCACHE_RESTORE=KEY"}}""")]
    [InlineData("""{"process":{"args":["sh","CRCACHE_RESTORE=KEY"],"env":["A="]}}""")]
    [InlineData("""{"hooks":{"prestart":[{"path":"/x","env":["CRCACHE_RESTORE=KEY"]}]}}""")]
    public void What_only_looks_like_a_key_is_none(string config) =>
        Assert.DoesNotContain("there is no dump", Create(config, _id), StringComparison.Ordinal);

    [Requires(Need.Linux)]
    [InlineData("../../etc")]
    [InlineData("a\"b\\c\n{}")]
    [InlineData("")]
    public void What_is_no_container_id_never_becomes_a_path_and_the_log_stays_JSON(string id)
    {
        Assert.Contains(
            "is not a container's id", Create("""{"process":{"env":["A=","CRCACHE_RESTORE=KEY"]}}""", id), StringComparison.Ordinal);
        using var logged = JsonDocument.Parse(File.ReadAllText(Log));
        Assert.Contains("is not a container's id", logged.RootElement.GetProperty("msg").GetString(), StringComparison.Ordinal);
    }

    [Requires(Need.Linux)]
    [InlineData("--root", "/run/x", "kill", "../../etc", "39")]
    [InlineData("--root", "/run/x", "--log-format", "json", "kill", "--all", "..", "39")]
    public void A_dump_of_what_is_no_container_id_is_refused(params string[] words) =>
        Assert.Contains("is not a container's id", Run(words), StringComparison.Ordinal);

    [Requires(Need.Linux)]
    [InlineData("""{"process":{"apparmorProfile":"docker-default"}}""", "--lsm-profile\napparmor:docker-default\n")]
    [InlineData("""{"process":{"selinuxLabel":"system_u:system_r:container_t:s0:c1,c2"}}""",
        "--lsm-profile\nselinux:system_u:system_r:container_t:s0:c1,c2\n")]
    [InlineData("""{"process":{"args":["--lsm-profile","apparmor:x"],"apparmorProfile":""}}""", "")]
    public void A_restored_process_gets_the_label_of_its_own_configuration(string config, string words) =>
        Assert.Equal(
            $"--root\n/r\nrestore\n--detach\n--tcp-established\n--file-locks\n{words}--image-path\n/dumps/key\n--work-path\n/work\n{_id}\n",
            RunPart(
                config,
                "position=3 dumps=/dumps key=key work=/work; runc() { printf '%s\\n' \"$@\"; }; " + $"run_restore --root /r create {_id}"));

    [Requires(Need.Linux)]
    [InlineData("""{"process":{"args":["hooks"],"env":["hooks=1"]},"annotations":{"hooks":"{"},"linux":{"hooks":{}}}""", "")]
    [InlineData("""{"process":{"args":["sh"]},"hooks":{"prestart":[]}}""", "hooks\n")]
    public void Only_a_containers_own_hooks_keep_ours_out(string config, string line) =>
        Assert.Equal(line, RunPart(config, "printf '%s' \"$config\" | sed -n '/hooks/p'"));

    [Requires(Need.Linux)]
    public void What_is_kept_of_a_container_that_no_process_names_any_more_goes()
    {
        var (gone, there) = (new string('c', 64), _key);
        foreach (var entry in new[] { $"work/{gone}", $"work/{there}", $"restored/{gone}", $"restored/{there}" })
        {
            Directory.CreateDirectory(Path.Combine(_bundle, entry));
        }

        using var shim = Process.Start("sh", ["-c", "sleep 60; exit", there]);
        try
        {
            RunPart("{}", "marks=$bundle/none run=$bundle; remove_leftovers");
        }
        finally
        {
            shim.Kill(entireProcessTree: true);
        }

        Assert.Equal(
            [$"restored/{there}", $"work/{there}"],
            new[] { "restored", "work" }.SelectMany(folder => Directory.GetDirectories(Path.Combine(_bundle, folder)))
                .Select(path => Path.GetRelativePath(_bundle, path)));
    }

    [Requires(Need.Linux)]
    [SupportedOSPlatform("linux")]
    public void What_it_has_written_is_renewed_where_it_is_another()
    {
        var file = Path.Combine(_bundle, "tar");
        File.WriteAllText(file, "of an earlier version\n");
        RunPart("{}", "write_once \"$bundle/tar\" 700 new");
        Assert.Equal("new\n", File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(file));
        Assert.Single(Directory.EnumerateFiles(_bundle, "tar*"));
    }

    [Requires(Need.Linux)]
    [InlineData("FOLDER", true)]
    [InlineData("FOLDER:", false)]
    [InlineData("FOLDER:bin", false)]
    [SupportedOSPlatform("linux")]
    public void An_engines_own_runc_is_found_unless_its_path_leads_to_where_somebody_stands(string path, bool found)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_bundle, "of-an-engine")).FullName;
        var runc = Path.Combine(folder, "runc");
        File.WriteAllText(runc, "#!/bin/sh\necho of the engine\nexit 1\n");
        File.SetUnixFileMode(runc, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo("/bin/sh", [Script("crcache-runc"), "--version"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["PATH"] = path.Replace("FOLDER", folder, StringComparison.Ordinal);
        var hasOwn = "/usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin".Split(' ').Any(bin => File.Exists($"{bin}/runc"));
        Assert.Equal(found && !hasOwn, Run(start).Output.Contains("of the engine", StringComparison.Ordinal));
    }

    // The parts of the script have no words of a command line of their own.
    private string RunPart(string config, string commands)
    {
        File.WriteAllText(Path.Combine(_bundle, "config.json"), config);
        commands = $". '{Script("crcache-runc.sh")}'; read_config; {commands}";
        var start = new ProcessStartInfo("/bin/sh", ["-c", commands, Script("crcache-runc")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in new[] { ("bundle", _bundle), ("dumps", "/dumps"), ("nl", "\n"), ("log", "") })
        {
            start.Environment[name] = value;
        }

        var (exitCode, output, error) = Run(start);
        Assert.True(exitCode == 0, error);
        return output;
    }

    [Requires(Need.Linux)]
    public void What_a_dump_was_restored_from_is_not_said_beside_it()
    {
        Directory.CreateDirectory(Path.Combine(_bundle, "dump"));
        RunPart(
            $$"""
            {"ociVersion":"1.2","process":{"env":["A=1","CRCACHE_RESTORE={{_key}}.{{_id}}","CRCACHE_RESTORE_ONLY=1"]},"root":{"path":"x"} }
            """,
            """mv "$bundle/config.json" "$bundle/config.json.own"; echo '{}' >"$bundle/config.json"; describe "$bundle" "$bundle/dump" """);
        using var spec = JsonDocument.Parse(File.ReadAllText(Path.Combine(_bundle, "dump", "spec.dump")));
        Assert.Equal("1.2", spec.RootElement.GetProperty("ociVersion").GetString());
        Assert.Equal(["A=1"], spec.RootElement.GetProperty("process").GetProperty("env").EnumerateArray().Select(one => one.GetString()));
    }

    [Requires(Need.Linux)]
    public void Attributes_of_files_that_a_step_has_not_touched_are_those_of_the_step_before()
    {
        foreach (var path in new[] { "root/kept", "root/with blank", "root/changed", "upper/changed" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_bundle, path))!);
            File.WriteAllText(Path.Combine(_bundle, path), "");
        }

        const string List = "# file: kept\nuser.a=0x31\n\n# file: gone\nuser.a=0x32\n\n"
            + "# file: with\\040blank\nuser.b=0x33\n\n# file: changed\nuser.a=0x34\n\n";
        File.WriteAllText(Path.Combine(_bundle, "list"), List);
        Assert.Equal(
            "# file: kept\nuser.a=0x31\n\n# file: with\\040blank\nuser.b=0x33\n\n",
            RunPart("{}", """attributes_below "$bundle/root" "$bundle/upper" <"$bundle/list" """));
    }

    [Requires(Need.Linux)]
    public void A_restore_that_was_abandoned_ends_with_what_is_below_it_and_no_other_does() => Assert.Equal(
        "ended\nended\n\n\n",
        RunPart(
            "{}",
            $$"""
            run="$bundle" id={{_id}} other={{_key}}
            begin() {
                sh -c 'sleep 60 & echo $! >"$1"; wait' sh "$bundle/$3" "$1" --detach --work-path "$run/work/$2" "$id" >/dev/null 2>&1 &
                while [ ! -s "$bundle/$3" ]; do sleep 0.05; done
            }
            begin restore $id ours; ours=$!
            begin restore $other others; others=$!
            begin checkpoint $id dump; dump=$!
            end_abandoned $id
            sleep 0.5
            for process in $ours $(cat "$bundle/ours") $others $dump; do
                case $(cat /proc/$process/stat 2>/dev/null) in '' | *') Z '*) echo ended ;; *) echo ;; esac
            done
            kill $others $dump $(cat "$bundle/others" "$bundle/dump")
            """));

    private static string Script(string name) => Repository.In("src", "CrCache.Runtime", name);

    private string Create(string config, string id)
    {
        File.WriteAllText(Path.Combine(_bundle, "config.json"), config.Replace("KEY", _key, StringComparison.Ordinal));
        return Run("--root", Path.Combine(_bundle, "root"), "--log", Log, "--log-format", "json", "create", "--bundle", _bundle, id);
    }

    private static string Run(params string[] words)
    {
        var (exitCode, _, error) = Run(new ProcessStartInfo("sh", [Script("crcache-runc"), .. words])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        });
        Assert.NotEqual(0, exitCode);
        return error;
    }

    private static (int ExitCode, string Output, string Error) Run(ProcessStartInfo start)
    {
        using var script = Process.Start(start)!;
        var error = script.StandardError.ReadToEndAsync();
        var output = script.StandardOutput.ReadToEnd();
        script.WaitForExit();
        return (script.ExitCode, output, error.Result);
    }
}
