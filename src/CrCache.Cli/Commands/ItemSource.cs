using CrCache.Diagnostics;
using CrCache.Specs;

namespace CrCache.Cli.Commands;

/// <summary>Where an item of a command line comes from.</summary>
/// <param name="Name">Its name, which is known even where its file cannot be read.</param>
/// <param name="File">The item file of a build, or null for one that the command line describes.</param>
internal sealed record ItemSource(string Name, FileInfo? File)
{
    private const string Suffix = ".item.json";

    /// <summary>What the command line says of it; for an item file nothing.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>How many copies are wanted, or null for one that has the item's own name.</summary>
    public int? Copies { get; init; }

    /// <summary>The names of its copies: <c>mysql</c>, or <c>mysql-1</c> and <c>mysql-2</c>.</summary>
    public IEnumerable<string> CopyNames => Copies is { } count ? Enumerable.Range(1, count).Select(number => $"{Name}-{number}") : [Name];

    /// <summary>The file beside it that is to be its checkpoint, or null.</summary>
    public string? Output => File is null ? null : Path.Combine(File.DirectoryName!, $"{Name}.checkpoint");

    /// <summary>An item file, which is named like its item.</summary>
    public static ItemSource Of(FileInfo file) =>
        new(file.Name.EndsWith(Suffix, StringComparison.Ordinal) ? file.Name[..^Suffix.Length] : file.Name, file);

    /// <summary>The item itself.</summary>
    /// <exception cref="CrCacheException">Its file cannot be read (CRC2007).</exception>
    public CheckpointItem Read() =>
        File is null ? new CheckpointItem { Name = Name, Metadata = Metadata } : CheckpointItem.Read(File.FullName);
}
