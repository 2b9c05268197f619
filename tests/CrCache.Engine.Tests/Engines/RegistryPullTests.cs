using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using CrCache.Diagnostics;
using CrCache.Engines.Docker;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace CrCache.Engine.Tests.Engines;

/// <summary>Images that the engine pulls from a registry which wants a password.</summary>
[Collection(EngineTests.Name)]
public sealed class RegistryPullTests(EngineFixture fixture)
{
    private readonly Progress<string> _progress = new();

    [Requires(Need.Engine | Need.Registry)]
    public async Task An_image_is_pulled_with_dockers_credentials_and_not_without()
    {
        // Engines speak plain HTTP with registries of their own machine.
        using var server = await RegistryServer.StartAsync(withPassword: true);
        using var client = new RegistryClientFolder();
        var reference = $"{server.Host}/team/small:1";
        var before = Environment.GetEnvironmentVariable("DOCKER_CONFIG");
        Environment.SetEnvironmentVariable("DOCKER_CONFIG", client.Docker);
        try
        {
            await PushSmallImageAsync($"{server.Host}/team/small", "1");
            Assert.Null(await fixture.Engine.FindImageAsync(reference, default));

            var error = await Assert.ThrowsAsync<CrCacheException>(() => fixture.Engine.PullImageAsync(reference, _progress, default));
            Assert.Equal(ErrorCodes.ImageNotFound, error.Code);
            Assert.Contains(reference, error.Message, StringComparison.Ordinal);
            Assert.Contains($"docker login {server.Host}", error.Message, StringComparison.Ordinal);

            client.SignIn(server, "wrong");
            error = await Assert.ThrowsAsync<CrCacheException>(() => fixture.Engine.PullImageAsync(reference, _progress, default));
            Assert.Equal(ErrorCodes.ImageNotFound, error.Code);
            Assert.Null(await fixture.Engine.FindImageAsync(reference, default));

            client.SignIn(server);
            await fixture.Engine.PullImageAsync(reference, _progress, default);
            Assert.NotNull(await fixture.Engine.FindImageAsync(reference, default));
        }
        finally
        {
            Environment.SetEnvironmentVariable("DOCKER_CONFIG", before);
            await fixture.Engine.RemoveImageAsync(reference, default);
        }
    }

    [Requires(Need.Engine | Need.Registry)]
    public async Task The_engine_takes_a_checkpoint_for_an_image_of_one_layer()
    {
        // The engine holds the layer against the configuration's diff id, and both against the manifest.
        using var server = await RegistryServer.StartAsync();
        using var client = new RegistryClientFolder();
        using var tar = NewTar();
        var archive = client.NewPath;
        await using (var gzip = new GZipStream(File.Create(archive), CompressionLevel.Fastest))
        {
            await tar.CopyToAsync(gzip);
        }

        var record = RegistryClientFolder.NewRecord() with
        {
            DiffId = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(tar.ToArray()))}",
        };
        using (var registry = client.Open(server.Repository("a")))
        {
            await registry.PushAsync(record, archive, null, _progress, default);
        }

        var reference = $"{server.Host}/a:{record.Key}";
        try
        {
            await fixture.Engine.PullImageAsync(reference, _progress, default);
            Assert.Equal("linux/amd64", (await fixture.Engine.FindImageAsync(reference, default))?.Platform);
        }
        finally
        {
            await fixture.Engine.RemoveImageAsync(reference, default);
        }
    }

    private static MemoryStream NewTar()
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            var content = new MemoryStream(Guid.NewGuid().ToByteArray());
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "unique") { DataStream = content });
        }

        tar.Position = 0;
        return tar;
    }

    // CrCache itself never pushes images.
    private async Task PushSmallImageAsync(string name, string tag)
    {
        using var tar = NewTar();
        var id = await fixture.Engine.ImportImageAsync(tar, $"crcache/pushed:{tag}", new Dictionary<string, string>(), default);
        try
        {
            using var client = new DockerClientBuilder().WithEndpoint(fixture.Engine.Endpoint.Address).Build();
            await client.Images.TagImageAsync(id, new ImageTagParameters { RepositoryName = name, Tag = tag });
            var auth = new AuthConfig { Username = RegistryServer.User, Password = RegistryServer.Password };
            var pushed = new Messages();
            await client.Images.PushImageAsync(name, new ImagePushParameters { Tag = tag }, auth, pushed);
            Assert.Null(pushed.Error);
        }
        finally
        {
            await fixture.Engine.RemoveImageAsync(id, default);
        }
    }
}
