using CrCache.Engines.Docker;

namespace CrCache.Core.Tests.Engines;

/// <summary>The cases that moby's own matcher of .dockerignore is held against.</summary>
public sealed class IgnorePatternTests
{
    // Pattern and path; a path is also matched by the folders that it is in.
    public static TheoryData<string, string> Matches => new()
    {
        { "**", "file" }, { "**", "file/" }, { "**/", "file" }, { "**/", "file/" }, { "**", "/" }, { "**/", "/" }, { "**", "dir/file" },
        { "**/", "dir/file" }, { "**", "dir/file/" }, { "**/", "dir/file/" }, { "**/**", "dir/file" }, { "**/**", "dir/file/" },
        { "dir/**", "dir/file" }, { "dir/**", "dir/file/" }, { "dir/**", "dir/dir2/file" }, { "dir/**", "dir/dir2/file/" },
        { "**/dir", "dir" },
        { "**/dir", "dir/file" }, { "**/dir2/*", "dir/dir2/file" }, { "**/dir2/*", "dir/dir2/file/" },
        { "**/dir2/**", "dir/dir2/dir3/file" },
        { "**/dir2/**", "dir/dir2/dir3/file/" }, { "**file", "file" }, { "**file", "dir/file" }, { "**/file", "dir/file" },
        { "**file", "dir/dir/file" }, { "**/file", "dir/dir/file" }, { "**/file*", "dir/dir/file" }, { "**/file*", "dir/dir/file.txt" },
        { "**/file*txt", "dir/dir/file.txt" }, { "**/file*.txt", "dir/dir/file.txt" }, { "**/file*.txt*", "dir/dir/file.txt" },
        { "**/**/*.txt", "dir/dir/file.txt" }, { "**/*.txt", "file.txt" }, { "**/**/*.txt", "file.txt" }, { "a**/*.txt", "a/file.txt" },
        { "a**/*.txt", "a/dir/file.txt" }, { "a**/*.txt", "a/dir/dir/file.txt" }, { "a/*.txt", "a/file.txt" },
        { "a/*.txt**", "a/file.txt" },
        { "a[b-d]e", "ace" }, { "a[^b-d]e", "aze" }, { ".*", ".foo" }, { "abc.def", "abc.def" }, { "abc?def", "abcZdef" },
        { "**/foo/bar", "foo/bar" }, { "**/foo/bar", "dir/foo/bar" }, { "**/foo/bar", "dir/dir2/foo/bar" }, { "abc/**", "abc/def" },
        { "abc/**", "abc/def/ghi" }, { "**/.foo", ".foo" }, { "a(b)c/def", "a(b)c/def" }, { "a.|)$(}+{bc", "a.|)$(}+{bc" },
        { "dist/a.py-2.4.0rc3.dev36+g08acad9.whl", "dist/a.py-2.4.0rc3.dev36+g08acad9.whl" },
        { "dist/*.whl", "dist/a.py-2.4.0rc3+g08.whl" },
        { @"a\\", @"a\" }, { @"a\*b", "a*b" }, { "abc", "abc" }, { "*", "abc" }, { "*c", "abc" }, { "a*", "a" }, { "a*", "abc" },
        { "a*", "ab/c" },
        { "a*/b", "abc/b" }, { "a*b*c*d*e*/f", "axbxcxdxe/f" }, { "a*b*c*d*e*/f", "axbxcxdxexxx/f" }, { "a*b?c*x", "abxbbxdbxebxczzx" },
        { "ab[c]", "abc" }, { "ab[b-d]", "abc" }, { "ab[^e-g]", "abc" }, { "a?b", "a☺b" }, { "a[^a]b", "a☺b" }, { "[a-ζ]*", "α" },
        { @"[\]a]", "]" }, { @"[\-]", "-" }, { @"[x\-]", "x" }, { @"[x\-]", "-" }, { @"[\-x]", "x" }, { @"[\-x]", "-" }, { "*x", "xxx" },
        { "/docs", "docs/a.md" }, { "docs/", "docs/a.md" }, { "./docs", "docs/a.md" }, { "a/../docs", "docs/a.md" },
        { "../docs/x/..", "../docs/a" },
    };

    public static TheoryData<string, string> Misses => new()
    {
        { "**/**/*.txt2", "dir/dir/file.txt" }, { "a/*.txt", "a/dir/file.txt" }, { "a[b-d]e", "ae" }, { "a[b-d]e", "aae" }, { ".*", "foo" },
        { "abc.def", "abcdef" }, { "abc.def", "abcZdef" }, { "abc?def", "abcdef" }, { "abc/**", "abc" }, { "**/.foo", "bar.foo" },
        { "a(b)c/def", "a(b)c/xyz" }, { "a*/b", "a/c/b" }, { "a*b*c*d*e*/f", "axbxcxdxe/xxx/f" }, { "a*b*c*d*e*/f", "axbxcxdxexxx/fff" },
        { "a*b?c*x", "abxbbxdbxebxczzy" }, { "ab[e-g]", "abc" }, { "ab[^c]", "abc" }, { "ab[^b-d]", "abc" }, { @"a\*b", "ab" },
        { "a???b", "a☺b" },
        { "a[^a][^a][^a]b", "a☺b" }, { "*[a-ζ]", "A" }, { "a?b", "a/b" }, { "a*b", "a/b" }, { @"[x\-]", "z" }, { @"[\-x]", "a" },
        { "*.go", "." },
        { "docs", "src/docs" }, { "*/docs", "docs" },
    };

    [Theory]
    [MemberData(nameof(Matches))]
    public void A_pattern_matches(string pattern, string path) => Assert.True(new IgnorePattern(pattern).MatchesOrHolds(path));

    [Theory]
    [MemberData(nameof(Misses))]
    public void A_pattern_does_not_match(string pattern, string path) => Assert.False(new IgnorePattern(pattern).MatchesOrHolds(path));

    [Theory]
    [InlineData("[]a]")]
    [InlineData("[-]")]
    [InlineData("[x-]")]
    [InlineData("[-x]")]
    [InlineData(@"\")]
    [InlineData("[a-b-c]")]
    [InlineData("[")]
    [InlineData("[^")]
    [InlineData("[^bc")]
    [InlineData("a[")]
    public void A_malformed_pattern_is_an_error(string pattern) => Assert.Throws<FormatException>(() => new IgnorePattern(pattern));

    [Theory]
    [InlineData(false, "docs/README.md", "docs", "!docs/README.md")]
    [InlineData(false, "docs/README.md", "docs/", "!docs/README.md")]
    [InlineData(false, "docs/README.md", "docs/*", "!docs/README.md")]
    [InlineData(false, "docs/README.md", "docs", "  !docs/README.md  ")]
    [InlineData(false, "docs/README.md", "docs", "! docs/README.md")]
    [InlineData(true, "docs/other.md", "docs", "!docs/README.md")]
    [InlineData(true, "a.go", "!a.go", "*.go")]
    [InlineData(false, "a.go", "*.go", "!a.go")]
    [InlineData(false, "util/docker/web/foo", "**", "!util/docker/web")]
    [InlineData(true, "util/docker/web/foo", "**", "!util/docker/web", "util/docker/web/foo")]
    [InlineData(false, "dist/a-2.4.0+g08.whl", "**", "!dist/*.whl")]
    [InlineData(false, "#note", "#note")]
    [InlineData(true, "#note", " #note")]
    [InlineData(false, "any/path")]
    public void The_last_pattern_that_matches_decides(bool ignored, string path, params string[] lines) =>
        Assert.Equal(ignored, new DockerIgnore(lines).Ignores(path));

    [Fact]
    public void An_exception_of_nothing_is_an_error() => Assert.Throws<FormatException>(() => new DockerIgnore(["!"]));

    [Theory]
    [InlineData("docs", true, "docs", "!docs/README.md")]
    [InlineData("docs/deep", false, "docs", "!docs/README.md")]
    [InlineData("docs/deep", true, "docs", "!docs/*/README.md")]
    [InlineData("docs/deep", true, "docs", "!**/README.md")]
    [InlineData("docs/deep", true, "**", "!docs")]
    [InlineData("docs", false, "docs", "!other")]
    [InlineData("docs", false, "docs")]
    public void A_folder_is_looked_into_where_an_exception_may_be_in_it(string folder, bool looked, params string[] lines) =>
        Assert.Equal(looked, new DockerIgnore(lines).MayTakeBackIn(folder));
}
