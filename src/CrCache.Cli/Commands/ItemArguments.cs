using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using CrCache.Cli.Completion;
using CrCache.Shared;

namespace CrCache.Cli.Commands;

/// <summary>
/// The items of a command line: presets or other names, each followed by the options that belong to it, and item files of a build.
/// </summary>
internal sealed class ItemArguments
{
    /// <summary>How many copies of one item there can be.</summary>
    private const int MostCopies = 16;

    private readonly Argument<string[]> _names;
    private readonly Option<FileInfo[]> _files;
    private readonly IReadOnlyDictionary<string, Option> _options = ItemOptions.Create();
    private readonly string _example;

    /// <param name="command">The command, which gets all of them, and cannot do without an item.</param>
    /// <param name="names">What the names are, for its help.</param>
    /// <param name="files">What the item files are, for its help.</param>
    /// <param name="example">A command line that is right.</param>
    public ItemArguments(Command command, string names, string files, string? example = null)
    {
        _example = example ?? $"crcache {command.Name} mysql";
        _names = new Argument<string[]>("name") { HelpName = "name", Description = names, Arity = ArgumentArity.ZeroOrMore };
        _names.CompletionSources.Add(KnownNames.OfPresets);
        _files = new Option<FileInfo[]>("--item") { Description = files, HelpName = "file" };
        command.Add(_names);
        command.Add(_files);
        foreach (var option in _options.Values)
        {
            command.Add(option);
        }
    }

    /// <summary>Several copies of an item may be asked for: NAME:COUNT.</summary>
    public bool HasCopies { get; init; }

    /// <summary>The command works on one item alone.</summary>
    public bool IsOne { get; init; }

    /// <summary>Does something with the items that a command line names, or says what is wrong with it.</summary>
    public async Task<int> UseAsync(ParseResult result, Func<IReadOnlyList<ItemSource>, Task<int>> body)
    {
        var items = new List<ItemSource>();
        var mistake = Read(result, items)
            ?? (items.Count == 0 ? $"name {(IsOne ? "a" : "at least one")} preset, or an item file: {_example}"
                : IsOne && items.Count > 1 ? $"name one preset, or one item file: {_example}"
                : null);
        if (mistake is null)
        {
            return await body(items).ConfigureAwait(false);
        }

        await Console.Error.WriteLineAsync($"crcache: {ShownText.Of(mistake)}").ConfigureAwait(false);
        return ExitCodes.Usage;
    }

    // By the words in their order, which says what belongs to what; the parser has seen to it that each option has a value.
    private string? Read(ParseResult result, List<ItemSource> items)
    {
        var tokens = new Queue<Token>(result.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash));
        while (tokens.TryDequeue(out var token))
        {
            var mistake = token.Type switch
            {
                TokenType.Option => ReadOption(result, token.Value, tokens, items),
                TokenType.Argument => ReadName(token.Value, items),
                _ => null,
            };
            if (mistake is not null)
            {
                return mistake;
            }
        }

        return null;
    }

    private string? ReadOption(ParseResult result, string name, Queue<Token> tokens, List<ItemSource> items)
    {
        if (OptionOf(result, name) is not { } option || !TakesNext(option, tokens))
        {
            return null;
        }

        var value = tokens.Dequeue().Value;
        if (option == _files)
        {
            items.Add(ItemSource.Of(new FileInfo(value)));
            return null;
        }

        if (_options.FirstOrDefault(entry => entry.Value == option).Key is not { } metadata)
        {
            return null;
        }

        return items.LastOrDefault() switch
        {
            null => $"{name} belongs to the name before it, and there is none: {_example}",
            { File: { } file } => $"{name} stands after the item file {file.Name}, which says all of its item",
            var item => ItemOptions.Add(item.Name, item.Metadata, metadata, value),
        };
    }

    private string? ReadName(string text, List<ItemSource> items)
    {
        // The parser takes an option that it does not know for a name.
        if (text.StartsWith('-'))
        {
            return $"there is no option {text.Split('=')[0]}";
        }

        var colon = text.LastIndexOf(':');
        var name = colon < 0 ? text : text[..colon];
        if (!ItemName.IsOne(name))
        {
            return $"'{text}' is no name: letters, digits, '_', '.' and '-' make one, for it is part of variables' names";
        }

        int? copies = null;
        if (colon >= 0)
        {
            if (!HasCopies
                || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                || count is < 1 or > MostCopies)
            {
                return $"'{text}' is no name. For that image write: {name} --image {text}"
                    + (HasCopies ? $"; for copies, 1 to {MostCopies}: {name}:2" : "");
            }

            copies = count;
        }

        items.Add(new ItemSource(name, null) { Copies = copies });
        return null;
    }

    private static Option? OptionOf(ParseResult result, string name)
    {
        for (var command = result.CommandResult; command is not null; command = command.Parent as CommandResult)
        {
            if (command.Command.Options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name)) is { } option)
            {
                return option;
            }
        }

        return null;
    }

    // A switch takes the next word only where that says yes or no.
    private static bool TakesNext(Option option, Queue<Token> tokens) =>
        tokens.TryPeek(out var next) && next.Type == TokenType.Argument
        && (option.Arity.MinimumNumberOfValues > 0 || bool.TryParse(next.Value, out _));
}
