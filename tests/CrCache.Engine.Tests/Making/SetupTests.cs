using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CrCache.Diagnostics;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Restoring;
using CrCache.Specs;

namespace CrCache.Engine.Tests.Making;

/// <summary>
/// What people have: dumps of each kind, scripts of each kind, files that include others. As much as can be in one checkpoint.
/// </summary>
[Collection(EngineTests.Name)]
public sealed class SetupTests(EngineFixture fixture) : IDisposable
{
    // Of "INSERT INTO t VALUES (2, 'xz');", and so on: .NET writes none of these.
    private const string Xz =
        "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAfSU5TRVJUIElOVE8gdCBWQUxVRVMgKDIsICd4eicpOwoAYQ/IoCuX7xYAATggGCl3DB+2830BAAAAAARZWg==";
    private const string Zstd = "KLUv/QRYCQEASU5TRVJUIElOVE8gdCBWQUxVRVMgKDMsICd6c3QnKTsKX7sgaQ==";
    private const string Bzip2 =
        "QlpoOTFBWSZTWTn/56UAAAjfgAAQQOQUCCIlnwAQAAQQIAAxQAYjTTRoRAGgGmj1ByTY3Yypf18Cw1RFLSl0NE0b74u5IpwoSBz/89KA";

    private readonly TemporaryFolder _folder = new();
    private readonly Progress<string> _progress = new();

    public void Dispose() => _folder.Dispose();

    [Requires(Need.Engine)]
    public async Task PostgreSQL_takes_dumps_and_scripts_of_each_kind_and_files_that_include_others()
    {
        _folder.Write("db/1.sql", "CREATE TABLE t (n INT, what TEXT);\n");
        using (var gzip = new GZipStream(File.Create(_folder.File("db/2.sql.gz")), CompressionLevel.Fastest))
        {
            gzip.Write("INSERT INTO t VALUES (1, 'gz');\n"u8);
        }

        File.Copy(Repository.In("tests", "CrCache.Engine.Tests", "Making", "numbers.dump"), _folder.File("db/3.dump"));
        Unpack("db/4.sql.xz", Xz);
        Unpack("db/10.sql.zst", Zstd);
        Unpack("db/11.sql.bz2", Bzip2);
        _folder.Write(
            "db/12.sh",
            "#!/bin/bash\nfunction add() { local -a all=(\"$@\"); psql -c \"INSERT INTO t VALUES (5, '${all[1]}')\"; }\nadd 5 bash\n");
        _folder.Write("db/13.sh", "all=(6 none)\npsql -c \"INSERT INTO t VALUES (${all[0]}, '${all[1]}')\"\n");
        _folder.Write("db/14.sql", "\\ir sub/x.sql\n\\copy t FROM 'sub/rows.csv' CSV\n");
        _folder.Write("db/sub/x.sql", "INSERT INTO t VALUES (7, 'included');\n");
        _folder.Write("db/sub/rows.csv", "8,copied\n");
        WriteCertificate();
        var (spec, stored) = await MakeAsync(
            ("Preset", "postgres"),
            ("Setup", "db/*.*"),
            ("Files", "db/sub;tls/server.crt:/etc/crcache/tls/;tls/server.key:/etc/crcache/tls/:0600:999"),
            ("Command", "postgres -c ssl=on -c ssl_cert_file=/etc/crcache/tls/server.crt -c ssl_key_file=/etc/crcache/tls/server.key"),
            ("Mode", "memory"));
        const string Sql = "SHOW ssl; SELECT * FROM t ORDER BY n; SELECT SUM(n) FROM numbers";
        var said = await RunAsync(spec, stored, $"LC_ALL=C ls /crcache-setup; psql -U postgres test -tAc '{Sql}'");
        Assert.Equal(
            [
                "1.sql", "12.sh", "13.sh", "14.sql", "3.dump", "sub", "on",
                "1|gz", "2|xz", "3|zst", "4|bz2", "5|bash", "6|none", "7|included", "8|copied", "15",
            ],
            said);
    }

    // test_db's employees.sql, a my.cnf, and a server that says twice that it is ready: the first time it only makes its data.
    [Requires(Need.Engine)]
    public async Task MySQL_has_its_configuration_before_it_starts_and_sources_what_lies_beside_a_file()
    {
        _folder.Write("db/employees.sql", "CREATE TABLE e (n INT);\nsource parts/load.dump;\n");
        _folder.Write("db/parts/load.dump", "INSERT INTO e VALUES (1), (2);\n");
        _folder.Write("conf/my.cnf", "[mysqld]\nmax_connections=77\n");
        var (spec, stored) = await MakeAsync(
            ("Preset", "mysql"),
            ("Setup", "db/employees.sql"),
            ("Files", "db/parts;conf/my.cnf:/etc/mysql/conf.d/"),
            ("Ready", "log*2: mysqld: ready for connections"),
            ("Command", "mysqld --datadir=/var/lib/mysql-data"),
            ("Mode", "files"));
        foreach (var mode in new[] { Rung.Files, Rung.Cold })
        {
            const string Sql = "SELECT COUNT(*) FROM e; SELECT @@max_connections";
            Assert.Equal(["2", "77"], await RunAsync(spec with { Mode = mode }, stored, $"MYSQL_PWD=crcache mysql -N test -e '{Sql}'"));
        }
    }

    [Requires(Need.Engine)]
    public async Task What_a_script_cannot_have_is_said()
    {
        _folder.Write("zsh.sh", "#!/bin/no-such-shell\n");
        await AssertFailsAsync("zsh.sh", "does not have what its first line (#!) names");
        _folder.Write("net.sh", "(echo >/dev/tcp/192.0.2.1/80) 2>&1 || exit 6\n");
        await AssertFailsAsync("net.sh", "There is no network while a checkpoint is made");
        Unpack("a.redis.xz", Xz);
        await AssertFailsAsync("a.redis.xz", "the image has no xzcat");
    }

    private async Task AssertFailsAsync(string setup, string says)
    {
        var error = await Assert.ThrowsAsync<CrCacheException>(() => MakeAsync(("Preset", "redis"), ("Setup", setup)));
        Assert.Equal(ErrorCodes.SetupFailed, error.Code);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    private async Task<(CheckpointSpec Spec, InstalledCheckpoint Stored)> MakeAsync(params (string Name, string Value)[] metadata)
    {
        var item = new CheckpointItem
        {
            Name = "set-up",
            Directory = _folder.Path,
            Metadata = metadata.ToDictionary(entry => entry.Name, entry => entry.Value),
        };
        var spec = await new SpecResolver(fixture.Engine).ResolveAsync(item, _progress, default);
        return (spec, (await fixture.Maker.EnsureAsync(spec, null, false, _progress, default)).Stored);
    }

    private async Task<string[]> RunAsync(CheckpointSpec spec, InstalledCheckpoint stored, string command)
    {
        var copy = await new CheckpointRestorer(fixture.Engine, fixture.Store).RestoreAsync(
            spec, stored, ContainerLabels.ForLease, _progress, default);
        try
        {
            Assert.Equal(spec.Mode, copy.Rung);
            var result = await fixture.Engine.ExecAsync(copy.Id, ["sh", "-c", command], TimeSpan.FromSeconds(30), default);
            return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
        finally
        {
            await fixture.Engine.RemoveContainerAsync(copy.Id, default);
        }
    }

    // PostgreSQL takes no key that others than its own user may read.
    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(365));
        _folder.Write("tls/server.crt", certificate.ExportCertificatePem());
        _folder.Write("tls/server.key", key.ExportPkcs8PrivateKeyPem());
    }

    private void Unpack(string name, string content)
    {
        _folder.Write(name);
        File.WriteAllBytes(_folder.File(name), Convert.FromBase64String(content));
    }
}
