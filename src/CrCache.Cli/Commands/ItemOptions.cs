using System.CommandLine;
using CrCache.Specs;

namespace CrCache.Cli.Commands;

/// <summary>The metadata of an item as options. Each belongs to the name before it: several names can have one each.</summary>
internal static class ItemOptions
{
    private const string Environment = "Environment";

    // What separates the entries of those that are lists: they may be there several times.
    private static readonly Dictionary<string, string> s_separators = new(StringComparer.Ordinal)
    {
        ["Setup"] = ";",
        ["Files"] = ";",
        ["Ports"] = ";",
        [Environment] = "\n",
    };

    /// <summary>An option for each metadata that there is.</summary>
    public static IReadOnlyDictionary<string, Option> Create() => CheckpointItem.MetadataNames.ToDictionary(
        metadata => metadata,
        Option (metadata) => new Option<string[]>(NameOf(metadata))
        {
            Description = $"{metadata} of the item before it (docs/item.md)"
                + (s_separators.ContainsKey(metadata) ? "; may be there several times." : "."),
            HelpName = metadata == Environment ? "name=value" : "value",
            Arity = ArgumentArity.OneOrMore,
        });

    /// <summary>Adds what an option says to the metadata of its item.</summary>
    /// <param name="item">The item's name.</param>
    /// <param name="metadata">Its metadata.</param>
    /// <param name="name">The metadata's name.</param>
    /// <param name="value">The option's value.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Add(string item, Dictionary<string, string> metadata, string name, string value)
    {
        var option = NameOf(name);
        var before = metadata.GetValueOrDefault(name);
        var separator = s_separators.GetValueOrDefault(name);
        if (value.Trim().Length == 0)
        {
            return $"{option} of {item} needs a value";
        }

        if (name == Environment)
        {
            if (value.IndexOf('=', StringComparison.Ordinal) < 1 || value.Contains('\n', StringComparison.Ordinal) || value != value.Trim())
            {
                return $"'{value}' cannot be used for {option} of {item}. Write NAME=VALUE, on one line, with no blanks around it";
            }

            // A list of one line alone would be split at semicolons: a variable twice is the same variable.
            before ??= value;
        }

        if (before is not null && separator is null)
        {
            return $"{option} is there twice for {item}";
        }

        metadata[name] = before is null ? value : before + separator + value;
        return null;
    }

    // ConnectionString is --connection-string.
    private static string NameOf(string metadata) => metadata == Environment
        ? "--env"
        : "-" + string.Concat(metadata.Select(c => char.IsAsciiLetterUpper(c) ? $"-{char.ToLowerInvariant(c)}" : c.ToString()));
}
