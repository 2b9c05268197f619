using CrCache.Shared;

namespace CrCache.Core.Tests.Shared;

public sealed class SetupFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache input ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_are_ordered_by_their_path_and_listed_once()
    {
        Write("db/20-data.sql", "db/10-schema.sql", "seed/05-more.sh", "db/notes.txt");
        Assert.Equal(["db/10-schema.sql", "db/20-data.sql", "seed/05-more.sh"], Setup("seed/*.sh; db/*.sql;db/10*", out var unmatched));
        Assert.Null(unmatched);
    }

    [Fact]
    public void Two_stars_reach_below()
    {
        Write("db/a.sql", "db/deep/er/b.sql");
        Assert.Equal(["db/a.sql", "db/deep/er/b.sql"], Setup("db/**/*.sql", out _));
        Assert.Equal(["db/a.sql", "db/deep/er/b.sql"], Setup("**/*.sql", out _));
    }

    [Fact]
    public void A_pattern_that_matches_nothing_is_named()
    {
        Write("db/a.sql");
        Setup("db/*.sql;sed/*.sql", out var unmatched);
        Assert.Equal("sed/*.sql", unmatched);
    }

    private IEnumerable<string> Setup(string patterns, out string? unmatched) =>
        SetupFiles.Find(patterns, _folder, out unmatched).Select(path => Path.GetRelativePath(_folder, path).Replace('\\', '/'));

    private void Write(params string[] names)
    {
        foreach (var name in names)
        {
            var path = Path.Combine(_folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, name);
        }
    }
}
