using CrCache.Keys;
using CrCache.Presets;
using CrCache.Specs;

namespace CrCache.Core.Tests.Keys;

public sealed class CheckpointKeyTests
{
    private static readonly CheckpointSpec Spec = SpecResolver.Merge(new CheckpointItem { Name = "mysql" }) with
    {
        ImageId = "sha256:1",
        ImageDigest = "sha256:1",
        Platform = "linux/amd64",
    };

    [Fact]
    public void A_key_is_64_hexadecimal_digits_and_always_the_same() =>
        Assert.Matches(
            "^[0-9a-f]{64}$", CheckpointKey.Of(Spec with { Environment = new Dictionary<string, string>(Spec.Environment.Reverse()) }));

    [Fact]
    public void The_order_of_variables_does_not_matter() =>
        Assert.Equal(
            CheckpointKey.Of(Spec),
            CheckpointKey.Of(Spec with { Environment = new Dictionary<string, string>(Spec.Environment.Reverse()) }));

    [Fact]
    public void Presentation_is_not_part_of_the_key() =>
        Assert.Equal(
            CheckpointKey.Of(Spec),
            CheckpointKey.Of(
                Spec with
                {
                    Name = "other",
                    ConnectionString = "x",
                    Mode = Rung.Cold,
                    TimeoutSeconds = 1,
                    Image = "mysql:latest",
                    MaxAge = TimeSpan.FromDays(1),
                }));

    public static TheoryData<string, CheckpointSpec> Changes => new()
    {
        { "image", Spec with { ImageDigest = "sha256:2" } },
        { "platform", Spec with { Platform = "linux/arm64" } },
        { "hostname", Spec with { Hostname = "db" } },
        { "environment", Spec with { Environment = new Dictionary<string, string>(Spec.Environment) { ["A"] = "1" } } },
        { "command", Spec with { Command = ["mysqld"] } },
        { "files", Spec with { Files = [new CopiedFile("a", "/a", "1", "/etc/a", Mode: 420)] } },
        { "mode", Spec with { Files = [new CopiedFile("a", "/a", "1", "/etc/a", Mode: 493)] } },
        { "owner", Spec with { Files = [new CopiedFile("a", "/a", "1", "/etc/a", Mode: 420) { Owner = 1 }] } },
        { "place", Spec with { Files = [new CopiedFile("a", "/a", "1", "/etc/b", Mode: 420)] } },
        { "set-up", Spec with { Setup = [new SetupStep("a.sql", "/a.sql", "1", ["sh"])] } },
        { "verify", Spec with { Verify = new VerifyCommand(["true"], IsOwn: true) } },
        { "ready", Spec with { Ready = new ReadyProbe { Exec = ["true"] } } },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public void Whatever_the_state_depends_on_changes_the_key(string what, CheckpointSpec changed) =>
        Assert.True(CheckpointKey.Of(Spec) != CheckpointKey.Of(changed), what);

    [Fact]
    public void The_order_of_set_up_files_counts_and_is_seen()
    {
        SetupStep[] steps = [new("a.sql", "/a.sql", "1", ["sh"]), new("b.sql", "/b.sql", "2", ["sh"])];
        var (one, other) = (Spec with { Setup = steps }, Spec with { Setup = [.. steps.Reverse()] });
        Assert.NotEqual(CheckpointKey.Of(one), CheckpointKey.Of(other));
        Assert.Contains(ExplainedPart.Compare(ShownParts.Of(one), ShownParts.Of(other)), part => part.Change == "changed");
    }

    [Fact]
    public void Values_cannot_be_shifted_between_parts() =>
        Assert.NotEqual(
            CheckpointKey.Of(Spec with { Command = ["a", "b"] }),
            CheckpointKey.Of(Spec with { Command = ["a\n9:command 1=1:b"] }));
}
