using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Setup;
using CrCache.Specs;
using ZstdSharp;

namespace CrCache.Core.Tests.Setup;

public sealed class SetupRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MadeUpEngine _engine = new();
    private readonly List<(string Name, string Mode, string Content)> _members = [];
    private readonly MadeUpContainer _container;

    public SetupRunnerTests()
    {
        _engine.OnWrite = ReadAsync;
        _container = _engine.AddContainer(new ContainerDefinition
        {
            Name = "one",
            Image = MadeUpEngine.BaseImage,
            Labels = new Dictionary<string, string>(),
            Network = false,
        });
    }

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Files_lie_as_here_are_there_before_the_first_runs_and_each_runs_in_its_folder()
    {
        _folder.Write("db/1.sql", "one");
        _folder.Write("db/sub/2.sh", "two");
        _folder.Write("db/ü rows.csv", "rows");
        _folder.Write("my.cnf", "not yet");
        _engine.OnCommand = _ =>
        {
            Assert.Equal(5, _members.Count);
            return null;
        };
        await RunAsync("db/1.sql;db/sub/2.sh", "db/*.csv;my.cnf:/etc/");
        Assert.Equal(
            [
                ("crcache-setup/", "755", ""), ("crcache-setup/sub/", "755", ""), ("crcache-setup/1.sql", "755", "one"),
                ("crcache-setup/sub/2.sh", "755", "two"), ("crcache-setup/ü rows.csv", "644", "rows"),
            ],
            _members);
        Assert.Equal(["/crcache-setup", "/crcache-setup/sub"], _engine.Commands.Select(command => command.Directory));
        Assert.Equal(["/crcache-setup/1.sql", "/crcache-setup/sub/2.sh"], _engine.Commands.Select(command => command.Words[^1]));
        Assert.All(_engine.Commands, command => Assert.Null(command.User));
    }

    [Fact]
    public async Task Files_that_are_to_be_there_before_the_start_are_copied_alone_and_folders_of_the_image_stay_as_they_are()
    {
        _folder.Write("conf/my.cnf", "conf");
        _folder.Write("conf/run.sh", "run");
        _folder.Write("1.sql", "one");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.File("conf/run.sh"), (UnixFileMode)0b111_000_000);
        }

        var spec = Spec("1.sql", "conf/my.cnf:/etc/mysql/;conf/run.sh:/run.sh;conf/my.cnf:/tls/key:0600:999");
        await FileCopy.BeforeStartAsync(_engine, _container.Id, spec, default);
        var mode = OperatingSystem.IsWindows() ? "644" : "755";
        Assert.Equal([("etc/mysql/my.cnf", "644", "conf"), ("run.sh", mode, "run"), ("tls/key", "600 of 999/999", "conf")], _members);
        await FileCopy.BeforeStartAsync(_engine, _container.Id, Spec("1.sql", null), default);
        Assert.Single(_engine.Calls, call => call.Name == nameof(IEngine.WriteArchiveAsync));
    }

    [Fact]
    public async Task What_can_be_unpacked_here_is_and_the_rest_by_the_image_and_no_trace_of_it_stays()
    {
        using (var gzip = new GZipStream(File.Create(_folder.File("1.sql.gz")), CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes("one"));
        }

        using (var zstd = new CompressionStream(File.Create(_folder.File("2.sql.zst")), leaveOpen: false))
        {
            zstd.Write(Encoding.UTF8.GetBytes("two"));
        }

        await File.WriteAllBytesAsync(_folder.File("3.sql.bz2"), "BZh9"u8.ToArray());
        await RunAsync("*.*", null);
        Assert.Equal(
            [("crcache-setup/1.sql", "one"), ("crcache-setup/2.sql", "two"), ("crcache-setup/3.sql.bz2", "BZh9")],
            _members.Skip(1).Select(member => (member.Name, member.Content)));
        Assert.Equal(
            ["/crcache-setup/1.sql", "rm", "/crcache-setup/2.sql", "rm", "bzcat", "/crcache-setup/3.sql", "rm"],
            _engine.Commands.Select(command => command.Words.Contains("bzcat") ? "bzcat"
                : command.Words[0] == "rm" ? "rm" : command.Words[^1]));
        Assert.Equal([null, "0", null, "0", "0", null, "0"], _engine.Commands.Select(command => command.User));
    }

    [Fact]
    public async Task An_image_without_what_unpacks_a_file_is_an_error_that_says_what_works()
    {
        await File.WriteAllBytesAsync(_folder.File("3.sql.bz2"), "BZh9"u8.ToArray());
        _engine.OnExec = (_, _) => Task.FromResult(new ExecResult(127, ""));
        var error = await Assert.ThrowsAsync<CrCacheException>(() => RunAsync("3.sql.bz2", null));
        Assert.Equal(ErrorCodes.SetupFailed, error.Code);
        Assert.Contains("the image has no bzcat", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.sql", "other")]
    [InlineData("1.sql", "longer than it was")]
    [InlineData("rows.csv", "other")]
    [InlineData("4.sql.gz", "other")]
    public async Task A_file_that_is_not_any_more_what_the_key_says_is_not_run(string changed, string content)
    {
        _folder.Write("1.sql", "first");
        _folder.Write("rows.csv", "first");
        await File.WriteAllBytesAsync(_folder.File("4.sql.gz"), [0x1f, 0x8b, 1]);
        var spec = Spec("1.sql;4.sql.gz", "rows.csv");
        using (var gzip = new GZipStream(File.Create(_folder.File("4.sql.gz")), CompressionLevel.Fastest))
        {
            gzip.Write("four"u8);
        }

        _folder.Write(changed, content);
        var error = await Assert.ThrowsAsync<CrCacheException>(() => RunAsync(spec));
        Assert.Equal(ErrorCodes.SetupFailed, error.Code);
        Assert.Contains("has changed since the checkpoint was made", error.Message, StringComparison.Ordinal);
        Assert.Empty(_engine.Commands);
    }

    [Theory]
    [InlineData("psql:/crcache-setup/sub/x.sql:7: ERROR: no", "sub/x.sql", 7, "psql:sub/x.sql:7: ERROR")]
    [InlineData("psql:/crcache-setup/1.sql:3: ERROR: no", "1.sql", 3, "psql:1.sql:3")]
    [InlineData("ERROR 1146 at line 2: no", "1.sql", 2, "1146")]
    [InlineData("no", "1.sql", null, "no")]
    public async Task A_failure_names_the_file_and_the_line_also_of_one_that_is_included(string output, string file, int? line, string says)
    {
        _folder.Write("1.sql", "\\ir sub/x.sql");
        _folder.Write("sub/x.sql", "x");
        _engine.OnExec = (_, _) => Task.FromResult(new ExecResult(3, output));
        var error = await Assert.ThrowsAsync<CrCacheException>(() => RunAsync("1.sql", "sub/*"));
        Assert.Equal((_folder.File(file), line), (error.File, error.Line));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "curl: (6) Could not resolve host: example.org", true)]
    [InlineData(false, "Temporary failure in name resolution", true)]
    [InlineData(false, "connect: Network is unreachable", true)]
    [InlineData(false, "E: Couldn't resolve 'deb.debian.org'", true)]
    [InlineData(false, "relation \"t\" does not exist", false)]
    [InlineData(true, "curl: (6) Could not resolve host: example.org", false)]
    public async Task Where_there_is_no_network_a_failure_says_so(bool network, string output, bool said)
    {
        _folder.Write("1.sql");
        var container = _engine.AddContainer(_container.Definition with { Network = network });
        _engine.OnExec = (_, _) => Task.FromResult(new ExecResult(6, output));
        var error = await Assert.ThrowsAsync<CrCacheException>(
            () => SetupRunner.RunAsync(_engine, container.Id, Spec("1.sql", null), new Progress<string>(), default));
        Assert.Equal(said, error.Message.Contains("There is no network while a checkpoint is made", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sh: 1: exec: /crcache-setup/1.sh: not found", true)]
    [InlineData("sh: line 1: /crcache-setup/1.sh: cannot execute: required file not found", true)]
    [InlineData("/crcache-setup/1.sh: line 3: jq: command not found", false)]
    public async Task A_shell_that_the_image_lacks_is_said(string output, bool said)
    {
        _folder.Write("1.sh", "#!/bin/zsh");
        _engine.OnExec = (_, _) => Task.FromResult(new ExecResult(127, output));
        var error = await Assert.ThrowsAsync<CrCacheException>(() => RunAsync("1.sh", null));
        Assert.Equal(said, error.Message.Contains("does not have what its first line (#!) names", StringComparison.Ordinal));
    }

    private async Task ReadAsync(string directory, Stream tar)
    {
        Assert.Equal("/", directory);
        var copy = new MemoryStream();
        await tar.CopyToAsync(copy);
        copy.Position = 0;
        using var reader = new TarReader(copy);
        while (await reader.GetNextEntryAsync(copyData: true) is { } entry)
        {
            using var content = new StreamReader(entry.DataStream ?? new MemoryStream());
            var owner = (entry.Uid, entry.Gid) == (0, 0) ? "" : $" of {entry.Uid}/{entry.Gid}";
            _members.Add((entry.Name, Convert.ToString((int)entry.Mode, 8) + owner, await content.ReadToEndAsync()));
        }
    }

    private Task RunAsync(string setup, string? files) => RunAsync(Spec(setup, files));

    private Task RunAsync(CheckpointSpec spec) => SetupRunner.RunAsync(_engine, _container.Id, spec, new Progress<string>(), default);

    private CheckpointSpec Spec(string setup, string? files) => SpecResolver.Merge(new CheckpointItem
    {
        Name = "it",
        Directory = _folder.Path,
        Metadata = new Dictionary<string, string> { ["Preset"] = "mysql", ["Setup"] = setup, ["Files"] = files ?? "" },
    });
}
