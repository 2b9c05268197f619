using CrCache.Archives;
using CrCache.Core.Tests.Tar;
using CrCache.Diagnostics;

namespace CrCache.Core.Tests.Archives;

/// <summary>Who has made an archive, as its last member proves it.</summary>
public sealed class ArchiveSignatureTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("crcache keys ").FullName;
    private readonly MadeUpArchive _archive = new();
    private readonly string _team = ArchiveKeys.NewText();

    public void Dispose()
    {
        _archive.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task What_was_made_here_and_what_the_team_has_signed_is_accepted_and_nothing_else()
    {
        var signatures = await SignAsync(Keys("made", _team));
        Assert.Equal(2, signatures.Lines.Count);
        Assert.True(Keys("made", null).Accept(signatures), "the store's own");
        Assert.True(Keys("other", _team).Accept(signatures), "the team's");
        Assert.False(Keys("other", null).Accept(signatures));
        Assert.False(Keys("other", ArchiveKeys.NewText()).Accept(signatures));
        Assert.False(Keys("made", _team).Accept(new ArchiveSignatures(signatures.Digests, [])));
        Assert.False(Keys("made", _team).Accept(signatures with { Digests = [.. signatures.Digests, (byte)'\n'] }));
        Assert.False(Keys("made", _team).Accept(
            signatures with { Lines = signatures.Lines.Select(line => (line.KeyId, new byte[32])).ToArray() }));
    }

    [Fact]
    public async Task A_key_is_changed_in_two_steps_the_first_signs_and_all_are_accepted()
    {
        var newer = ArchiveKeys.NewText();
        var old = await SignAsync(Keys("a", _team));
        var changing = Keys("b", $"{newer}, {_team}");
        Assert.True(changing.Accept(old));
        Assert.False(changing.AreComplete(old));
        var renewed = await SignAsync(changing);
        Assert.True(changing.AreComplete(renewed));
        Assert.True(Keys("c", newer).Accept(renewed));
        Assert.False(Keys("c", _team).Accept(renewed), "the first key alone signs");
    }

    [Fact]
    public async Task Equal_content_and_keys_give_equal_bytes_and_the_stores_key_is_made_once_for_its_owner()
    {
        await SignAsync(Keys("made", _team));
        var first = await File.ReadAllBytesAsync(_archive.File);
        await SignAsync(Keys("made", _team));
        Assert.Equal(first, await File.ReadAllBytesAsync(_archive.File));
        var key = Assert.Single(Directory.GetFiles(Path.Combine(_home, "made", "keys")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        }
    }

    [Fact]
    public async Task All_that_make_the_stores_key_at_the_same_time_have_the_same()
    {
        var signed = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Keys("made", null).Sign("x"u8))));
        Assert.Single(signed.Distinct());
    }

    [Theory]
    [InlineData("short")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e")]
    [InlineData("3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs=,no")]
    public void What_is_no_key_or_too_short_is_an_error_that_does_not_show_it(string text)
    {
        var error = Assert.Throws<CrCacheException>(() => Keys("a", text));
        Assert.Equal(ErrorCodes.BadRegistryKey, error.Code);
        Assert.DoesNotContain(text.Split(',')[^1], error.Message.Replace("none", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
    public async Task Hexadecimal_digits_and_base64_are_the_same_key(string text)
    {
        var signatures = await SignAsync(Keys("a", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="));
        Assert.True(Keys("b", text).Accept(signatures));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef 00\n")]
    [InlineData("0123456789abcdef")]
    public async Task A_signature_that_is_none_makes_the_archive_a_broken_one(string text)
    {
        var members = await _archive.MembersAsync();
        await _archive.WriteTarAsync(await TarFile.WriteAsync([.. members, TarFile.Of(ArchiveLayout.Signatures, content: text)]));
        await _archive.AssertRefusedAsync(text);
    }

    [Fact]
    public async Task It_stands_behind_the_digests_once_and_alone()
    {
        var members = await _archive.MembersAsync();
        var text = Keys("a", null).Sign("x"u8);
        var signature = TarFile.Of(ArchiveLayout.Signatures, content: text);
        TarFile[][] all = [[.. members, signature, signature], [signature, .. members], [.. members[..^1], signature]];
        foreach (var wrong in all)
        {
            await _archive.WriteTarAsync(await TarFile.WriteAsync(wrong));
            await _archive.AssertRefusedAsync(string.Join(' ', wrong.Select(file => file.Member.Name)));
        }

        await _archive.WriteTarAsync(await TarFile.WriteAsync([.. members, signature]));
        var unpacked = await _archive.UnpackAsync();
        Assert.False(Keys("a", null).Accept(unpacked.Signatures!), "it is that of something else");
    }

    private ArchiveKeys Keys(string store, string? team) => new(Path.Combine(_home, store), team);

    private async Task<ArchiveSignatures> SignAsync(ArchiveKeys keys)
    {
        await using (var file = File.Create(_archive.File))
        {
            await ArchiveWriter.WriteAsync(MadeUpArchive.Record, _archive.Content, file, keys, default);
        }

        var unpacked = await _archive.UnpackAsync();
        _archive.CleanUp();
        return unpacked.Signatures!;
    }
}
