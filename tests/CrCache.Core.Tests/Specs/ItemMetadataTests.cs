using CrCache.Specs;

namespace CrCache.Core.Tests.Specs;

public sealed class ItemMetadataTests
{
    [Fact]
    public void A_single_port_needs_no_name() => Assert.Equal([new NamedPort("tcp", 5432)], Read("Ports", "5432").Ports());

    [Fact]
    public void Several_ports_have_names() =>
        Assert.Equal(
            [new NamedPort("amqp", 5672), new NamedPort("management", 15672)], Read("Ports", "amqp=5672; management=15672").Ports());

    [Fact]
    public void Variables_are_separated_by_semicolons() =>
        Assert.Equal([new("A", "1"), new("B", "x=y")], Read("Environment", "A=1;B=x=y").Environment());

    [Fact]
    public void Variables_one_a_line_may_hold_semicolons() =>
        Assert.Equal([new("A", "1;2"), new("B", "")], Read("Environment", "\n  A=1;2\n  B=\n").Environment());

    [Theory]
    [InlineData("a b  c", new[] { "a", "b", "c" })]
    [InlineData("say 'two words' \"and \\\" quotes\" \\'", new[] { "say", "two words", "and \" quotes", "'" })]
    [InlineData("empty '' end", new[] { "empty", "", "end" })]
    [InlineData("join'ed word'", new[] { "joined word" })]
    [InlineData("'back\\slash'", new[] { "back\\slash" })]
    public void A_command_is_split_as_a_shell_does(string text, string[] words) => Assert.Equal(words, Read("Command", text).Command());

    [Theory]
    [InlineData("exec: pg_isready -q", "exec: pg_isready -q")]
    [InlineData("log: ready: to (go|run)", "log: ready: to (go|run)")]
    [InlineData("tcp", "tcp: ")]
    [InlineData("TCP: 5432", "tcp: 5432")]
    [InlineData("http: http/health", "http: http/health")]
    [InlineData("health", "health")]
    public void Probes_of_all_kinds(string text, string probe) => Assert.Equal(probe, Read("Ready", text).Ready()!.ToString());

    [Fact]
    public void A_command_that_verifies_is_split_as_any_other() =>
        Assert.Equal(["sh", "-c", "a b"], Read("Verify", "Exec: sh -c 'a b'").Verify());

    [Fact]
    public void Empty_metadata_is_none() => Assert.Null(Read("Image", " ").Image);

    private static ItemMetadata Read(string name, string value) =>
        new(new CheckpointItem { Name = "item", Metadata = new Dictionary<string, string> { [name] = value } });
}
