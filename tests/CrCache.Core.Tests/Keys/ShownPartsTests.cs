using CrCache.Keys;
using CrCache.Presets;
using CrCache.Specs;

namespace CrCache.Core.Tests.Keys;

public sealed class ShownPartsTests
{
    private static readonly CheckpointSpec Spec = SpecResolver.Merge(new CheckpointItem { Name = "redis" });

    [Theory]
    [InlineData("DATABASE_URL", "postgres://app:s3cret@db:5432/shop")]
    [InlineData("SEED", "Server=db;User=root;Password=s3cret;")]
    [InlineData("OPTIONS", "--requirepass s3cret --token=s3cret")]
    [InlineData("HEADER", "Authorization: Bearer s3cret")]
    [InlineData("SIGNER", "-----BEGIN PRIVATE KEY----- s3cret")]
    [InlineData("MYSQL_PASSWORD", "s3cret")]
    public void A_secret_is_not_shown_whatever_its_variable_is_called(string name, string value)
    {
        var parts = ShownParts.Of(Spec with { Environment = new Dictionary<string, string> { [name] = value } });
        Assert.StartsWith("(hash ", parts.Single(part => part.Name == $"environment {name}").Value, StringComparison.Ordinal);
        Assert.DoesNotContain(parts, part => part.Value.Contains("s3cret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--requirepass", "s3cret")]
    [InlineData("--url=redis://:s3cret@cache", "x")]
    public void A_secret_of_the_command_is_not_shown(string first, string second) =>
        Assert.DoesNotContain(
            ShownParts.Of(Spec with { Command = [first, second] }), part => part.Value.Contains("s3cret", StringComparison.Ordinal));

    [Fact]
    public void A_secret_of_the_probe_is_not_shown() =>
        Assert.DoesNotContain(
            ShownParts.Of(Spec with { Ready = new ReadyProbe { Exec = ["mysqladmin", "--password=s3cret", "ping"] } }),
            part => part.Value.Contains("s3cret", StringComparison.Ordinal));

    [Theory]
    [InlineData("MYSQL_DATABASE", "shop")]
    [InlineData("ENDPOINT", "http://other:8080/path")]
    public void What_is_no_secret_is_shown(string name, string value) =>
        Assert.Equal(
            value,
            ShownParts.Of(Spec with { Environment = new Dictionary<string, string> { [name] = value } })
                .Single(part => part.Name == $"environment {name}").Value);
}
