using System.Text.RegularExpressions;
using CrCache.Cli.Commands;

namespace CrCache.Cli.Tests;

/// <summary>docs/command-line.md names exactly the commands, arguments, options, events and exit codes that there are.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Repository.In("docs", "command-line.md"));

    [Fact]
    public void Every_command_has_a_section_with_its_options_and_no_other()
    {
        using var termination = new Termination();
        var root = CommandTree.Create(termination);
        var commands = root.Subcommands.SelectMany(command => command.Subcommands.Count == 0
            ? [(Name: command.Name, Command: command)]
            : command.Subcommands.Select(child => (Name: $"{command.Name} {child.Name}", Command: child))).ToArray();
        var sections = Section().Matches(Page).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["text"].Value);
        Assert.Equal(commands.Select(command => command.Name), sections.Keys);
        var ofItems = ItemOptions.Create().Values.Select(option => option.Name).ToArray();
        var table = Page.Split("\n## Items\n")[1].Split("\n## ")[0];
        Assert.Equal(ofItems, OptionRow().Matches(table).Select(match => match.Groups[1].Value));
        foreach (var (name, command) in commands)
        {
            // Those of items have a section of their own, to which each command with items points.
            var options = command.Options.Select(option => option.Name).Except(ofItems).Order(StringComparer.Ordinal);
            var hasItems = command.Options.Any(option => ofItems.Contains(option.Name));
            Assert.Equal(hasItems, sections[name].Contains("(#items)", StringComparison.Ordinal));
            var documented = OptionRow().Matches(sections[name]).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal);
            Assert.True(
                options.SequenceEqual(documented),
                $"{name}: {string.Join(' ', options)} in the code, {string.Join(' ', documented)} in the page");
            Assert.All(
                command.Arguments, argument => Assert.Contains(argument.Name.ToUpperInvariant(), sections[name], StringComparison.Ordinal));
        }

        Assert.All(
            root.Options.Where(option => option.Recursive),
            option => Assert.Contains($"| `{option.Name}", Page.Split("\n## ")[1], StringComparison.Ordinal));
    }

    [Fact]
    public void A_command_alone_is_the_same_as_among_all()
    {
        using var termination = new Termination();
        foreach (var command in CommandTree.Create(termination).Subcommands)
        {
            Assert.Equal(command.Name, Assert.Single(CommandTree.Create(termination, command.Name).Subcommands).Name);
        }
    }

    [Fact]
    public void Exit_codes_and_events_are_those_of_the_code()
    {
        var codes = typeof(ExitCodes).GetFields().Select(field => $"{field.GetRawConstantValue()}");
        Assert.Equal(codes, ExitCodeRow().Matches(Page).Select(match => match.Groups[1].Value));
        string[] events =
        [
            "progress", "done", "warning", "error", "checkpoint", "container", "key", "part", "log", "removed", "restored",
            "engine", "memory", "changed", "archive", "store", "registry",
        ];
        Assert.All(events, name => Assert.Contains($"| `{name}` |", Page, StringComparison.Ordinal));
    }

    [GeneratedRegex(
        @"^### `crcache (?<name>[a-z ]+?)(?<text>(?: [A-Z\[-]|`).*?)(?=^##|\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^\| `(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex OptionRow();

    [GeneratedRegex(@"^\| ([0-9]+) \|", RegexOptions.Multiline)]
    private static partial Regex ExitCodeRow();
}
