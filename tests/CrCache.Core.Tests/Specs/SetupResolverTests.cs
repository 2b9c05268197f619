using CrCache.Diagnostics;
using CrCache.Keys;
using CrCache.Specs;

namespace CrCache.Core.Tests.Specs;

public sealed class SetupResolverTests : IDisposable
{
    private static readonly byte[] s_gzip = [0x1f, 0x8b, 8, 0];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_keep_their_places_to_each_other_and_have_a_name_from_the_project_on()
    {
        Write("shared/db/1.sql", "shared/rows.csv", "a/b/2.sh");
        var spec = Merge("a/b", "postgres", "2.sh;../../shared/db/*.sql", "../../shared/rows.csv");
        Assert.Equal(["a/b/2.sh", "shared/db/1.sql"], spec.Setup.Select(step => step.Place));
        Assert.Equal(["2.sh", "../../shared/db/1.sql"], spec.Setup.Select(step => step.Name.Replace('\\', '/')));
        var file = Assert.Single(spec.Files);
        Assert.Equal(("shared/rows.csv", false), (file.Place, file.IsBeforeStart));
    }

    // $(MSBuildThisFileDirectory)db/*.sql in a Directory.Build.props, used by projects at any depth, or another checkout of them.
    [Fact]
    public void A_key_does_not_depend_on_where_the_project_or_its_files_lie()
    {
        Write("db/1.sql", "db/sub/2.sql", "db/rows.csv", "elsewhere/of/db/1.sql", "elsewhere/of/db/sub/2.sql", "elsewhere/of/db/rows.csv");
        Write("one/x", "two/deep/er/x");
        var keys = new[] { ("one", "db"), ("two/deep/er", "db"), ("db", "db"), ("one", "elsewhere/of/db") }.Select(place =>
        {
            var db = _folder.File(place.Item2);
            return CheckpointKey.Of(Merge(place.Item1, "postgres", $"{db}/*.sql;{db}/sub/*.sql", $"{db}/rows.csv;{db}/rows.csv:/etc/"));
        });
        Assert.Single(keys.Append(CheckpointKey.Of(Merge("db", "postgres", "1.sql;sub/2.sql", "*.csv;rows.csv:/etc/"))).Distinct());
    }

    [Fact]
    public void What_a_file_holds_and_where_it_lies_to_others_is_in_the_key()
    {
        Write("p/db/1.sql", "p/db/2.sql", "p/db/rows.csv");
        var before = CheckpointKey.Of(Merge("p", "postgres", "db/1.sql;db/2.sql", "db/rows.csv"));
        Assert.NotEqual(before, CheckpointKey.Of(Merge("p", "postgres", "db/2.sql;db/1.sql", "db/rows.csv")));
        _folder.Write("p/db/rows.csv", "2");
        var changed = CheckpointKey.Of(Merge("p", "postgres", "db/1.sql;db/2.sql", "db/rows.csv"));
        Assert.NotEqual(before, changed);
        Directory.Move(_folder.File("p/db"), _folder.File("p/data"));
        Assert.Equal(changed, CheckpointKey.Of(Merge("p", "postgres", "data/*.sql", "data/rows.csv")));
        Directory.CreateDirectory(_folder.File("p/data/in"));
        File.Move(_folder.File("p/data/rows.csv"), _folder.File("p/data/in/rows.csv"));
        Assert.NotEqual(changed, CheckpointKey.Of(Merge("p", "postgres", "data/*.sql", "data/in/rows.csv")));
    }

    [Theory]
    [InlineData("conf/my.cnf:/etc/mysql/conf.d/", "/etc/mysql/conf.d/my.cnf")]
    [InlineData("conf/my.cnf:/etc/mysql/other.cnf", "/etc/mysql/other.cnf")]
    [InlineData("conf/*.cnf:/etc/mysql/", "/etc/mysql/a.cnf|/etc/mysql/my.cnf")]
    [InlineData("conf:/etc/mysql", "/etc/mysql/a.cnf|/etc/mysql/my.cnf|/etc/mysql/tls/key.pem")]
    [InlineData("conf/**/*.pem:/", "/tls/key.pem")]
    [InlineData("conf/a.cnf:/a;conf/my.cnf:/b", "/a|/b")]
    public void Files_go_where_their_entry_says_before_the_start(string files, string places)
    {
        Write("conf/my.cnf", "conf/a.cnf", "conf/tls/key.pem");
        var spec = Merge(".", "mysql", null, files);
        Assert.Equal(places, string.Join('|', spec.Files.Select(file => file.Place)));
        Assert.All(spec.Files, file => Assert.True(file.IsBeforeStart));
    }

    [Theory]
    [InlineData("1.sql", "conf/my.cnf:etc/", "the target 'etc/' is no path from the container's root on")]
    [InlineData("1.sql", "conf/my.cnf:/etc/../x", "is no path from the container's root on")]
    [InlineData("1.sql", "conf/my.cnf:", "is no path from the container's root on")]
    [InlineData("1.sql", "conf/my.cnf:/etc/:9", "there may be a mode and the number of a user: /etc/:600:999")]
    [InlineData("1.sql", "conf/my.cnf:/etc/:600:mysql", "the number of a user")]
    [InlineData("1.sql", "conf/my.cnf:/etc/:600:1:2", "the number of a user")]
    [InlineData("1.sql", "conf/*:/etc", "need a folder: /etc/")]
    [InlineData("1.sql", "con/*", "no file matches 'con/*'")]
    [InlineData("1.sql", "conf/my.cnf:/etc/my.cnf;conf/a.cnf:/etc/my.cnf", "would be one file in the container, /etc/my.cnf")]
    [InlineData("1.sql;1.sql.gz", null, "1.sql and 1.sql.gz would be one file in the container, 1.sql")]
    [InlineData(null, "conf/my.cnf", "says neither where it goes")]
    [InlineData("no.sql.gz", null, "no.sql.gz ends in .gz, but it is not compressed that way")]
    [InlineData("1.txt", null, ".sql, .sh, each also compressed (.gz, .zst, .xz, .bz2)")]
    [InlineData("1.txt.gz", null, "nothing is known that runs '1.txt.gz'")]
    [InlineData("bom.sh", null, "byte order mark")]
    public void What_cannot_be_used_is_an_error_before_anything_is_started(string? setup, string? files, string says)
    {
        Write("1.sql", "1.txt", "no.sql.gz", "conf/my.cnf", "conf/a.cnf");
        File.WriteAllBytes(_folder.File("1.sql.gz"), s_gzip);
        File.WriteAllBytes(_folder.File("1.txt.gz"), s_gzip);
        File.WriteAllBytes(_folder.File("bom.sh"), [0xef, 0xbb, 0xbf, (byte)'#']);
        var error = Assert.Throws<CrCacheException>(() => Merge(".", "mysql", setup, files));
        Assert.Equal(ErrorCodes.BadMetadata, error.Code);
        Assert.StartsWith("it: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo a\necho b\r\necho c\r\n", 2)]
    [InlineData("echo a\r\n", 1)]
    [InlineData("\n\n\r\n", 3)]
    public void A_script_with_Windows_line_ends_is_an_error_that_says_so_with_its_line(string text, int line)
    {
        var script = _folder.Write("a.sh", text);
        var error = Assert.Throws<CrCacheException>(() => Merge(".", "redis", "a.sh", null));
        Assert.Equal((ErrorCodes.BadMetadata, script, line), (error.Code, error.File, error.Line));
        Assert.Contains("CRLF", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_end_between_two_pieces_is_seen_and_sql_may_have_any()
    {
        _folder.Write("a.sh", new string('#', (1 << 17) - 1) + "\r\n");
        Assert.Throws<CrCacheException>(() => Merge(".", "redis", "a.sh", null));
        _folder.Write("a.sh", new string('#', (1 << 17) - 1) + "\rx\n");
        Assert.Single(Merge(".", "redis", "a.sh", null).Setup);
        _folder.Write("a.sql", "SELECT 1;\r\n");
        Assert.Single(Merge(".", "mysql", "a.sql", null).Setup);
    }

    [Theory]
    [InlineData("redis", "#!/bin/bash\n", "exec \"$1\"")]
    [InlineData("redis", "echo\n", "exec bash")]
    [InlineData("postgres", "#!/usr/bin/env python3\n", "PGDATABASE")]
    [InlineData("postgres", "echo\n", "exec bash")]
    public void A_script_is_run_by_what_it_says_itself_or_by_the_images_shell(string preset, string text, string says)
    {
        _folder.Write("a.sh", text);
        var step = Assert.Single(Merge(".", preset, "a.sh", null).Setup);
        Assert.Contains(says, string.Join(' ', step.Command), StringComparison.Ordinal);
        Assert.Equal("{file}", step.Command[^1]);
        Assert.DoesNotContain("{script}", step.Command);
    }

    [Theory]
    [InlineData("1.sql.gz", "1.sql", "psql")]
    [InlineData("1.DUMP", "1.DUMP", "pg_restore")]
    public void Compressed_files_and_dumps_are_known(string name, string place, string command)
    {
        File.WriteAllBytes(_folder.File(name), s_gzip);
        var step = Assert.Single(Merge(".", "postgres", name, null).Setup);
        Assert.Equal(place, step.Place);
        Assert.Contains(command, string.Join(' ', step.Command), StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_file_is_never_whole_in_memory()
    {
        const long Size = 200L << 20;
        using (var file = File.Create(_folder.File("large.sql")))
        {
            file.SetLength(Size);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var step = Assert.Single(Merge(".", "mysql", "large.sql", null).Setup);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Size / 20);
        Assert.Matches("^[0-9a-f]{64}$", step.Sha256);
    }

    private void Write(params string[] names) => Array.ForEach(names, name => _folder.Write(name, Path.GetFileName(name)));

    private CheckpointSpec Merge(string project, string preset, string? setup, string? files) => SpecResolver.Merge(new CheckpointItem
    {
        Name = "it",
        Directory = Path.GetFullPath(_folder.File(project)),
        Metadata = new Dictionary<string, string> { ["Preset"] = preset, ["Setup"] = setup ?? "", ["Files"] = files ?? "" },
    });
}
