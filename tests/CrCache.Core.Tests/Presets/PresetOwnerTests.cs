using System.Runtime.Versioning;
using CrCache.Diagnostics;
using CrCache.Presets;

namespace CrCache.Core.Tests.Presets;

/// <summary>A preset says what runs, and the folders above a project may be anybody's.</summary>
[SupportedOSPlatform("linux")]
public sealed class PresetOwnerTests : IDisposable
{
    private const string Preset = """{ "image": "x", "ports": { "tcp": 1 }, "ready": { "exec": ["true"] } }""";
    private readonly TemporaryFolder _folder = new();
    private readonly string _file;
    private readonly string _project;

    public PresetOwnerTests()
    {
        _file = _folder.Write("crcache-presets/mine.json", Preset);
        _project = Directory.CreateDirectory(_folder.File("a/project")).FullName;
    }

    public void Dispose() => _folder.Dispose();

    [Requires(Need.Linux)]
    public void One_of_this_user_s_is_used_also_where_its_group_may_write()
    {
        File.SetUnixFileMode(_file, (UnixFileMode)0x1b4);
        Assert.Equal("x", PresetCatalog.Find("mine", _project)?.Image);
        Assert.Contains("mine", PresetCatalog.NamesFor(_project));
    }

    [Requires(Need.Root, "chown")]
    public void A_folder_of_another_user_s_is_not_used()
    {
        Programs.Run(_folder.Path, "chown", $"{OtherUser.Id}", "crcache-presets");
        IsRefused("crcache-presets belongs to another user (65534)");
        Assert.DoesNotContain("mine", PresetCatalog.NamesFor(_project));
    }

    [Requires(Need.Root, "chown")]
    public void A_file_of_another_user_s_is_not_used()
    {
        Programs.Run(_folder.Path, "chown", $"{OtherUser.Id}", _file);
        IsRefused("mine.json belongs to another user (65534)");
    }

    [Requires(Need.Root, "chown")]
    public void A_link_of_another_user_s_is_not_used()
    {
        File.Move(_file, _folder.File("real.json"));
        File.CreateSymbolicLink(_file, _folder.File("real.json"));
        Programs.Run(_folder.Path, "chown", "-h", $"{OtherUser.Id}", _file);
        IsRefused("mine.json belongs to another user (65534)");
    }

    // A container that builds as root what is checked out as somebody else.
    [Requires(Need.Root, "chown")]
    public void Whoever_owns_the_project_may_own_its_presets()
    {
        Programs.Run(_folder.Path, "chown", "-R", $"{OtherUser.Id}", ".");
        Assert.Equal("x", PresetCatalog.Find("mine", _project)?.Image);
    }

    [Requires(Need.Linux)]
    public void What_all_can_write_to_is_not_used()
    {
        File.SetUnixFileMode(_file, (UnixFileMode)0x1b6);
        IsRefused($"all users can write to {_file}");
        File.SetUnixFileMode(_file, (UnixFileMode)0x1a4);
        File.SetUnixFileMode(Path.GetDirectoryName(_file)!, (UnixFileMode)0x1ff);
        IsRefused($"all users can write to {Path.GetDirectoryName(_file)}");
    }

    private void IsRefused(string reason)
    {
        var e = Assert.Throws<CrCacheException>(() => PresetCatalog.Find("mine", _project));
        Assert.Equal("CRC2006", e.Code);
        Assert.Contains($"The preset {_file} is not used: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }
}
