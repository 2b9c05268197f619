using CrCache.Shared;

namespace CrCache.Core.Tests.Shared;

public sealed class PresetFoldersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache presets ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Preset_folders_are_found_above_the_nearest_first()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a", "b", "crcache-presets"));
        Directory.CreateDirectory(Path.Combine(_folder, "crcache-presets"));
        Assert.Equal(
            [Path.Combine(_folder, "a", "b", "crcache-presets"), Path.Combine(_folder, "crcache-presets")],
            PresetFolders.Of(Path.Combine(_folder, "a", "b")).Take(2));
    }
}
