using System.Diagnostics;
using System.Runtime.Versioning;

namespace CrCache.Sdk.Tests;

/// <summary>The checkpoint as a build output: a file like any other, which can be deleted, copied and cleaned.</summary>
[Collection(SamplesGroup.Name)]
[UnsupportedOSPlatform("windows")]
public sealed class CheckpointFileTests(SamplesFixture samples)
{
    private const UnixFileMode Foreign = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const string Archive = "redis.checkpoint";
    private const string Stamp = "redis.checkpoint.json";

    [Requires(Need.Engine)]
    public async Task It_comes_back_when_it_is_deleted_and_goes_with_clean()
    {
        await using var machine = new Machine();
        var sample = NewSample("file");
        (await BuildAsync(sample, machine)).Says("CrCache: redis: checkpoint made");
        AssertIsTheStores(sample.File(Archive), machine.Archive);
        AssertIsPrivate(sample, machine);

        // Without a tool, so an attempt to start it would be an error.
        (await BuildAsync(sample, machine, "-p:CrCacheTool=no-such-tool")).DoesNotSay("CrCache: redis");

        File.Delete(sample.File(Archive));
        (await BuildAsync(sample, machine)).Says("CrCache: redis: checkpoint found");
        AssertIsTheStores(sample.File(Archive), machine.Archive);
        File.Delete(sample.File(Stamp));
        (await BuildAsync(sample, machine)).Says("CrCache: redis: checkpoint found");
        Assert.True(File.Exists(sample.File(Stamp)));

        (await sample.RunAsync(machine.Environment, "clean")).Succeeded();
        Assert.False(File.Exists(sample.File(Archive)));
        Assert.False(File.Exists(sample.File(Stamp)));
        Assert.True(File.Exists(machine.Archive));
    }

    [Requires(Need.Engine)]
    public async Task Copied_into_another_project_of_another_machine_it_is_used()
    {
        await using var machine = new Machine();
        await using var other = new Machine();
        var sample = NewSample("from");
        await BuildAsync(sample, machine);
        var copy = NewSample("to");
        Directory.CreateDirectory(copy.Generated);
        File.Copy(sample.File(Archive), copy.File(Archive));
        (await BuildAsync(copy, other)).Says("CrCache: redis: checkpoint found").DoesNotSay("checkpoint made");
        Assert.Equal(await File.ReadAllBytesAsync(machine.Archive), await File.ReadAllBytesAsync(other.Archive));

        // Of something else it is no help, and does no harm.
        var changed = samples.CopyQuickstart("to something else", project => WithRedis(project).Replace(
            "Include=\"redis\"", "Include=\"redis\" Hostname=\"other\"", StringComparison.Ordinal));
        Directory.CreateDirectory(changed.Generated);
        File.Copy(sample.File(Archive), changed.File(Archive));
        (await BuildAsync(changed, other)).Says("CrCache: redis: checkpoint made");
        Assert.NotEqual(await File.ReadAllBytesAsync(machine.Archive), await File.ReadAllBytesAsync(changed.File(Archive)));
    }

    private static void AssertIsTheStores(string file, string archive)
    {
        Assert.Equal(File.ReadAllBytes(archive), File.ReadAllBytes(file));
        if (File.GetUnixFileMode(file) == UnixFileMode.UserRead)
        {
            // No clone, which would be the project's own to write: then another name of the same file.
            Assert.Equal(Inode(archive), Inode(file));
        }
    }

    private static void AssertIsPrivate(Sample sample, Machine machine)
    {
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(sample.Generated));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(sample.File("redis.item.json")));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(sample.File(Stamp)));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(machine.Archive));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(machine.Home));
        Assert.All(
            Directory.EnumerateFileSystemEntries(machine.Home, "*", SearchOption.AllDirectories),
            entry => Assert.True((File.GetUnixFileMode(entry) & Foreign) == 0, $"{entry}: {File.GetUnixFileMode(entry)}"));
    }

    private static string Inode(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["--format=%d:%i", path]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd();
    }

    private static string WithRedis(string project) =>
        project.Replace("<ContainerCheckpoint Include=\"mysql\" />", "<ContainerCheckpoint Include=\"redis\" />", StringComparison.Ordinal);

    private static async Task<CommandResult> BuildAsync(Sample sample, Machine machine, params string[] arguments) =>
        (await sample.RunAsync(machine.Environment, ["build", .. arguments])).Succeeded();

    private Sample NewSample(string name) => samples.CopyQuickstart(name, WithRedis);
}
