using System.Diagnostics;
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

    private string Create(string config, string id)
    {
        File.WriteAllText(Path.Combine(_bundle, "config.json"), config.Replace("KEY", _key, StringComparison.Ordinal));
        return Run("--root", Path.Combine(_bundle, "root"), "--log", Log, "--log-format", "json", "create", "--bundle", _bundle, id);
    }

    private static string Run(params string[] words)
    {
        using var script = Process.Start(new ProcessStartInfo("sh", [Repository.In("src", "CrCache.Runtime", "crcache-runc"), .. words])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var error = script.StandardError.ReadToEndAsync();
        script.StandardOutput.ReadToEnd();
        script.WaitForExit();
        Assert.NotEqual(0, script.ExitCode);
        return error.Result;
    }
}
