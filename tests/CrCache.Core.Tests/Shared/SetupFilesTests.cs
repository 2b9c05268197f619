using CrCache.Shared;

namespace CrCache.Core.Tests.Shared;

public sealed class SetupFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Entries_stand_in_the_order_they_are_written_and_a_file_stands_once_where_it_is_first()
    {
        Write("db/20-data.sql", "db/10-schema.sql", "db/roles.sql", "seed/05-more.sh", "db/notes.txt");
        Assert.Equal(
            ["seed/05-more.sh", "db/roles.sql", "db/10-schema.sql", "db/20-data.sql"],
            Setup("seed/*.sh; db/roles.sql\n db/*.sql;db/10*;./db/roles.sql", out var unmatched));
        Assert.Null(unmatched);
    }

    [Theory]
    [InlineData("V1__a.sql V2__b.sql V10__c.sql")]
    [InlineData("V1__z.sql V1.1__y.sql V1.2__x.sql V1.10__w.sql V2__v.sql")]
    [InlineData("V1__z.sql V1_1__y.sql V1_10__x.sql V2__w.sql")]
    [InlineData("1.sql 1.1.sql 2.sql 10.sql")]
    [InlineData("001.sql 02.sql 10.sql")]
    [InlineData("20240131094500_b.sql 20240201000000_a.sql")]
    [InlineData("20240131094500000000001.sql 20240131094500000000002.sql 120240131094500000000001.sql")]
    [InlineData("2024-01-31-a.sql 2024-02-01-b.sql 2024-10-01-c.sql")]
    [InlineData("10-schema.sql 20-data.sql a.sql b10.sql c9.sql")]
    [InlineData("1/up.sql 2/up.sql 10/up.sql 10a/up.sql")]
    [InlineData("2/z/1.sql 2/z/9.sql 10/a/1.sql")]
    public void Files_of_one_pattern_stand_in_their_natural_order(string names)
    {
        Write([.. names.Split(' ').Reverse()]);
        Assert.Equal(names.Split(' '), Setup("**/*.sql", out _));
    }

    [Fact]
    public void Folders_may_have_wildcards()
    {
        Write("migrations/2_b/up.sql", "migrations/10_c/up.sql", "migrations/1_a/up.sql", "migrations/1_a/down.sql", "x/1_a/up.sql");
        string[] up = ["migrations/1_a/up.sql", "migrations/2_b/up.sql", "migrations/10_c/up.sql"];
        Assert.Equal(up, Setup("migrations/*/up.sql", out _));
        Assert.Equal(up, Setup("mig*/*_?/up.sql", out _));
        Assert.Equal(up, Setup("migrations\\*\\up.sql", out _));
        Assert.Equal(up, Setup(_folder.Path + "/migrations/*/up.sql", out _));
        Assert.Equal([.. up, "x/1_a/up.sql"], Setup("*/*/up.sql", out _));
    }

    [Fact]
    public void Two_stars_reach_below_also_in_the_middle()
    {
        Write("db/a.sql", "db/deep/er/b.sql", "db/deep/er/up.sql", "db/up.sql", "db/deep/x.txt");
        Assert.Equal(["db/a.sql", "db/deep/er/b.sql", "db/deep/er/up.sql", "db/up.sql"], Setup("db/**/*.sql", out _));
        Assert.Equal(["db/deep/er/up.sql", "db/up.sql"], Setup("db/**/up.sql", out _));
        Assert.Equal(["db/deep/er/b.sql"], Setup("**/er/b.*", out _));
        Assert.Equal(["db/deep/x.txt"], Setup("**/d*/*.txt", out _));
        Assert.Equal(["db/deep/er/b.sql", "db/deep/er/up.sql", "db/deep/x.txt"], Setup("db/deep/**", out _));
    }

    [Fact]
    public void What_builds_have_copied_is_not_found_by_two_stars()
    {
        Write("db/a.sql", "bin/Debug/db/a.sql", "obj/a.sql", "db/bin/b.sql");
        Assert.Equal(["db/a.sql", "db/bin/b.sql"], Setup("**/*.sql", out _));
        Assert.Equal(["bin/Debug/db/a.sql"], Setup("bin/**/*.sql", out _));
    }

    [Fact]
    public void A_link_to_a_folder_above_is_not_followed_by_two_stars()
    {
        Write("db/a.sql");
        Directory.CreateSymbolicLink(_folder.File("db/up"), _folder.Path);
        Assert.Equal(["db/a.sql"], Setup("**/*.sql", out _));
    }

    [Theory]
    [InlineData("a*b?c", "axxbyc", true)]
    [InlineData("*a*a*", "banana", true)]
    [InlineData("*.sql", "x.sql.gz", false)]
    [InlineData("?", "", false)]
    [InlineData("**.sql", "x.sql", true)]
    [InlineData("[ab].sql", "a.sql", false)]
    public void Wildcards(string pattern, string name, bool matches)
    {
        Write(name.Length > 0 ? $"in/{name}" : "in/empty/x");
        Assert.Equal(matches, Setup($"in/{pattern}", out _).Any());
    }

    [Fact]
    public void A_pattern_that_matches_nothing_is_named()
    {
        Write("db/a.sql");
        Setup("db/*.sql;sed/*.sql;db", out var unmatched);
        Assert.Equal("sed/*.sql", unmatched);
    }

    [Theory]
    [InlineData("conf/my.cnf:/etc/mysql/", "/etc/mysql/", "my.cnf")]
    [InlineData("conf/*.cnf", null, "a.cnf|my.cnf")]
    [InlineData("conf:/etc/x", "/etc/x", "a.cnf|my.cnf|tls/key.pem")]
    [InlineData("conf/:/etc/x", "/etc/x", "a.cnf|my.cnf|tls/key.pem")]
    [InlineData("*/tls/*.pem:/tls/", "/tls/", "conf/tls/key.pem")]
    [InlineData(":/etc/x", "/etc/x", "")]
    [InlineData("conf/no:/etc/x", "/etc/x", "")]
    public void Copied_files_have_a_place_below_what_their_entry_names(string text, string? target, string places)
    {
        Write("conf/my.cnf", "conf/a.cnf", "conf/tls/key.pem");
        var entry = Assert.Single(CopiedEntry.Parse(text));
        Assert.Equal(target, entry.Target);
        Assert.Equal(places, string.Join('|', entry.Find(_folder.Path).Select(file => file.Place)));
    }

    private IEnumerable<string> Setup(string patterns, out string? unmatched) =>
        SetupFiles.Find(patterns, _folder.Path, out unmatched).Select(path => Path.GetRelativePath(_folder.Path, path).Replace('\\', '/'));

    private void Write(params string[] names) => Array.ForEach(names, name => _folder.Write(name, name));
}
