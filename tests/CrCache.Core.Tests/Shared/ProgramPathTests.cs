using CrCache.Shared;

namespace CrCache.Core.Tests.Shared;

public sealed class ProgramPathTests
{
    [Requires(Need.Linux, "sh")]
    public void A_name_is_looked_for_on_the_PATH_and_nowhere_else()
    {
        Assert.Matches("^/.*/sh$", ProgramPath.Find("sh"));
        var here = Path.GetFileName(Directory.GetFiles(Directory.GetCurrentDirectory())[0]);
        Assert.Null(ProgramPath.Find(here));
        Assert.Null(ProgramPath.Find("no-such-program-of-crcache"));
        Assert.Null(ProgramPath.Find(""));
    }

    [Theory]
    [InlineData("./program")]
    [InlineData("/usr/bin/program")]
    [InlineData("folder/program")]
    public void A_path_stays_as_it_is(string path) => Assert.Equal(path, ProgramPath.Find(path));
}
