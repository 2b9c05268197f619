using CrCache.Diagnostics;
using CrCache.Installed;

namespace CrCache.Core.Tests.Store;

/// <summary>Whose the store's directory must be: what is read there is believed.</summary>
public sealed class StoreDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Requires(Need.Root, "chown")]
    public void One_of_another_user_is_not_used()
    {
        Programs.Run(_folder.Path, "chown", $"{OtherUser.Id}", ".");
        Assert.Contains("another user's", Refusal(), StringComparison.Ordinal);
    }

    [Requires(Need.Linux, "chmod")]
    public void One_that_everybody_can_write_is_not_used()
    {
        Programs.Run(_folder.Path, "chmod", "777", ".");
        Assert.Contains("chmod go-w", Refusal(), StringComparison.Ordinal);
        Programs.Run(_folder.Path, "chmod", "755", ".");
        Assert.NotEmpty(new InstalledCheckpoints(_folder.Path).StoreId());
    }

    private string Refusal()
    {
        var error = Assert.Throws<CrCacheException>(() => new InstalledCheckpoints(_folder.Path).StoreId());
        Assert.Equal(ErrorCodes.StoreUnusable, error.Code);
        return error.Message;
    }
}
