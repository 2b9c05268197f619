using System.CommandLine;
using CrCache.Cli.Completion;

namespace CrCache.Cli.Commands;

/// <summary>The items of the commands that work on several: presets by their names, and item files of a build.</summary>
internal sealed class ItemArguments
{
    private readonly Argument<string[]> _names;
    private readonly Option<FileInfo[]> _files;

    /// <param name="command">The command, which gets both, and cannot do without one of them.</param>
    /// <param name="names">What the names are, for its help.</param>
    /// <param name="files">What the item files are, for its help.</param>
    public ItemArguments(Command command, string names, string files)
    {
        _names = new Argument<string[]>("name") { HelpName = "name", Description = names, Arity = ArgumentArity.ZeroOrMore };
        _names.CompletionSources.Add(KnownNames.OfPresets);
        _files = new Option<FileInfo[]>("--item") { Description = files, AllowMultipleArgumentsPerToken = true };
        command.Add(_names);
        command.Add(_files);
        command.Validators.Add(result =>
        {
            // Not their values: to ask for one that is missing, or cannot be read, is an exception here.
            if (result.GetResult(_names) is not { Tokens.Count: > 0 } && result.GetResult(_files) is null)
            {
                result.AddError($"Name at least one preset, for instance: crcache {command.Name} mysql");
            }
        });
    }

    /// <summary>The items that a command line names.</summary>
    public IReadOnlyList<ItemSource> Of(ParseResult result) =>
    [
        .. (result.GetValue(_names) ?? []).Select(name => new ItemSource(name, null)),
        .. (result.GetValue(_files) ?? []).Select(ItemSource.Of),
    ];
}
