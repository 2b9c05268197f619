using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Engines.Docker;
using CrCache.Keys;
using CrCache.Specs;

namespace CrCache.Tests;

/// <summary>
/// What the tests of one of our own engines leave for those of another: only one runs at a time, so the archives wait beside them
/// (<c>exchange/KEY.ENGINE.checkpoint</c>).
/// </summary>
internal static class OtherEngine
{
    /// <summary>Prints 42 in a copy of it.</summary>
    public const string Query = "mysql -h127.0.0.1 -uroot -pcrcache test -Ne 'SELECT n FROM t' 2>/dev/null";

    private static string Exchange => Path.Combine(OwnEngine.Folder, "exchange");

    // Each has its folder, and this is a link to the root in it.
    private static string ThisEngine =>
        Path.GetFileName(
            Path.GetDirectoryName(Directory.ResolveLinkTarget(Path.Combine(OwnEngine.Folder, "root"), returnFinalTarget: true)!.FullName)!);

    /// <summary>A MySQL with one table, the same for all engines that have the same image.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="folder">Where its set-up file goes.</param>
    public static async Task<CheckpointSpec> SpecAsync(IEngine engine, string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "exchange.sql"), "CREATE TABLE t (n INT); INSERT INTO t VALUES (42);\n");
        var item = new CheckpointItem
        {
            Name = "mysql",
            Directory = folder,
            Metadata = new Dictionary<string, string> { ["Setup"] = "exchange.sql" },
        };
        return await new SpecResolver(engine).ResolveAsync(item, new Progress<string>(), default);
    }

    /// <summary>The archives of other engines.</summary>
    public static IReadOnlyList<string> Archives(string key) => Directory.Exists(Exchange)
        ? Directory.GetFiles(Exchange, $"{key}.*.checkpoint").Where(path => path != PathFor(key)).Order(StringComparer.Ordinal).ToArray()
        : [];

    /// <summary>Leaves an archive of this engine for the others, in place of the one before.</summary>
    public static void Leave(string key, string archive)
    {
        Directory.CreateDirectory(Exchange);
        foreach (var old in Directory.GetFiles(Exchange, $"*.{ThisEngine}.checkpoint"))
        {
            File.Delete(old);
        }

        File.Copy(archive, PathFor(key));
    }

    private static string PathFor(string key) => Path.Combine(Exchange, $"{key}.{ThisEngine}.checkpoint");

    /// <summary>Why an engine of our own has no such archive, or null.</summary>
    public static string? WhyNot()
    {
        var folder = Directory.CreateTempSubdirectory("crcache exchange ");
        try
        {
            using var engine = DockerEngines.Open(new EngineLocator().Locate());

            // An attribute cannot wait in any other way.
            var spec = SpecAsync(engine, folder.FullName).GetAwaiter().GetResult();
            return Archives(CheckpointKey.Of(spec)).Count > 0
                ? null
                : $"no other engine has left an archive of it in {Exchange}; run the tests on another one first (./build.cmd test "
                    + "--engine 20.10)";
        }
        catch (CrCacheException e)
        {
            return e.Message;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
