using CrCache.Cli.Commands;
using CrCache.Diagnostics;

namespace CrCache.Cli.Tests.Commands;

public sealed class ItemSourceTests
{
    [Theory]
    [InlineData("/a/obj/db.item.json", "db", "/a/obj/db.checkpoint")]
    [InlineData("/a/my.db.item.json", "my.db", "/a/my.db.checkpoint")]
    [InlineData("/a/other.json", "other.json", "/a/other.json.checkpoint")]
    public void An_item_file_is_named_like_its_item_also_where_it_cannot_be_read(string path, string name, string output)
    {
        var item = ItemSource.Of(new FileInfo(path));
        Assert.Equal((name, output), (item.Name, item.Output));
        Assert.Equal(ErrorCodes.UnreadableFile, Assert.Throws<CrCacheException>(item.Read).Code);
    }

    [Fact]
    public void A_preset_has_no_file()
    {
        var item = new ItemSource("mysql", null);
        Assert.Equal(("mysql", null), (item.Read().Name, item.Output));
    }
}
