using System.Globalization;
using CrCache.Diagnostics;
using CrCache.Presets;
using CrCache.Shared;

namespace CrCache.Specs;

/// <summary>
/// Reads an item's <c>Setup</c> and <c>Files</c>: which files there are, what runs them, and where they lie in the container.
/// </summary>
/// <param name="item">The item's name.</param>
/// <param name="directory">Where relative paths start.</param>
/// <param name="preset">Its preset, or null.</param>
internal sealed class SetupResolver(string item, string directory, Preset? preset)
{
    private const string Script = ".sh";
    private const string ScriptWords = "{script}";
    private static readonly string[] s_script = [ScriptWords];

    // A shell says in the same words on each engine that it cannot start something.
    private static readonly string[] s_itself = ["sh", "-c", "exec \"$1\"", "sh", "{file}"];

    // A script that does not say what runs it: the entrypoints of images that run such ones are bash's, where there is one.
    private static readonly string[] s_shell =
        ["sh", "-c", "if command -v bash >/dev/null; then exec bash \"$1\"; else exec sh \"$1\"; fi", "sh", "{file}"];

    /// <summary>The steps in their order, and the other files that go into the container.</summary>
    /// <exception cref="CrCacheException">Something cannot be used (CRC2005).</exception>
    public (IReadOnlyList<SetupStep> Steps, IReadOnlyList<CopiedFile> Files) Resolve(string? setup, string? files)
    {
        try
        {
            var named = setup is null ? [] : SetupPaths(setup);
            var paths = named.Select(file => file.Path).ToArray();
            var entries = CopiedEntry.Parse(files ?? "");
            var beside = entries.Where(entry => entry.Target is null).SelectMany(Find).Select(file => file.Path).Except(paths).ToArray();
            if (setup is null && entries.FirstOrDefault(entry => entry.Target is null) is { } alone)
            {
                throw Bad(
                    $"Files: '{alone.Text}' says neither where it goes in the container, nor is there a Setup that could use it. "
                    + $"Write {alone.Text}:/path/in/the/container");
            }

            // Above all of them, wherever the project lies: what they are to each other is what counts.
            var root = CommonFolder.Of([.. paths, .. beside]);
            var steps = named.Select(file => Step(file.Path, CommonFolder.Below(root, file.Path)) with { Entry = file.Entry }).ToArray();
            var copied = beside.Select(path => Copied(path, CommonFolder.Below(root, path), []))
                .Concat(entries.Where(entry => entry.Target is not null).SelectMany(Targeted))
                .ToArray();
            CheckPlaces(steps.Select(step => (step.Name, step.Place)).Concat(copied.Select(file => (file.Name, file.Place))));
            return (steps, copied);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CrCacheException(ErrorCodes.BadMetadata, $"{item}: Setup, Files: {e.Message}", e);
        }
    }

    private IReadOnlyList<(string Path, int Entry)> SetupPaths(string setup)
    {
        var files = SetupFiles.FindWithEntries(setup, directory, out var unmatched);
        return unmatched is null ? files : throw Bad($"Setup=\"{setup}\": no file matches '{unmatched}' in {directory}.");
    }

    private SetupStep Step(string path, string place)
    {
        var content = InputFile.Read(item, "Setup", path);
        var packing = Packing.Of(path);
        if (packing is not null && !packing.IsOne(content.Start))
        {
            throw Bad($"Setup: {NameOf(path)} ends in {packing.Extension}, but it is not compressed that way.", path);
        }

        var name = packing is null ? path : path[..^packing.Extension.Length];
        var extension = Path.GetExtension(name).ToLowerInvariant();
        var command = preset?.Setup.GetValueOrDefault(extension) ?? (extension == Script ? s_script : null)
            ?? throw Bad(
                $"Setup: nothing is known that runs '{Path.GetFileName(path)}'. Files of this item can end in: "
                + $"{string.Join(", ", (preset?.Setup.Keys ?? []).Append(Script).Distinct())}, each also compressed "
                + $"({string.Join(", ", Packing.All.Select(known => known.Extension))}).");
        if (extension == Script && packing is null)
        {
            CheckScript(path, content);
        }

        var words = content.IsScript ? s_itself : s_shell;
        return new SetupStep(NameOf(path), path, content.Sha256, [.. command.SelectMany(word => word == ScriptWords ? words : [word])])
        {
            Place = packing is null ? place : place[..^packing.Extension.Length],
        };
    }

    // A shell takes the carriage return for a part of the word before it, and what it says then helps nobody.
    private void CheckScript(string path, InputFile content)
    {
        if (content.CrlfLine is { } line)
        {
            throw Bad(
                $"Setup: the script {NameOf(path)} has Windows line ends (CRLF), which no shell understands. Save it with LF, and write "
                + "'*.sh text eol=lf' into .gitattributes.",
                path,
                line);
        }

        if (content.Start is [0xef, 0xbb, 0xbf, ..])
        {
            throw Bad(
                $"Setup: the script {NameOf(path)} begins with a byte order mark, which no shell understands. Save it without one.",
                path,
                line: 1);
        }
    }

    private IEnumerable<CopiedFile> Targeted(CopiedEntry entry)
    {
        var target = entry.Target!;
        if (!target.StartsWith('/') || target.Split('/').Any(part => part is "." or ".."))
        {
            throw Bad($"Files: '{entry.Text}': the target '{target}' is no path from the container's root on, such as /etc/app/.");
        }

        // Numbers, for their names are the image's.
        if (entry.Rest.Count > 3
            || (entry.Rest.ElementAtOrDefault(1) is { } mode && (mode.Length is < 3 or > 4 || mode.Any(digit => digit is < '0' or > '7')))
            || (entry.Rest.ElementAtOrDefault(2) is { } owner
                && !int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            throw Bad($"Files: '{entry.Text}': behind the target there may be a mode and the number of a user: {target}:600:999");
        }

        var found = Find(entry);
        var isOne = File.Exists(FilePattern.Root(entry.Source, directory));
        if (!isOne && FilePattern.IsOne(entry.Source) && !target.EndsWith('/'))
        {
            throw Bad($"Files: '{entry.Text}': a pattern may match several files, which need a folder: {target}/");
        }

        // As docker cp and COPY do: what is in a folder goes into the target.
        return found.Select(file => Copied(
            file.Path, isOne && !target.EndsWith('/') ? target : $"{target.TrimEnd('/')}/{file.Place}", entry.Rest));
    }

    private IReadOnlyList<(string Path, string Place)> Find(CopiedEntry entry) => entry.Find(directory) is { Count: > 0 } found
        ? found
        : throw Bad($"Files: '{entry.Text}': no file matches '{entry.Source}' in {directory}.");

    private CopiedFile Copied(string path, string place, IReadOnlyList<string> rest)
    {
        var content = InputFile.Read(item, "Files", path);
        var mode = rest.ElementAtOrDefault(1) ?? (content.IsExecutable ? "755" : "644");
        return new CopiedFile(NameOf(path), path, content.Sha256, place, Convert.ToInt32(mode, 8))
        {
            Owner = int.Parse(rest.ElementAtOrDefault(2) ?? "0", CultureInfo.InvariantCulture),
        };
    }

    private void CheckPlaces(IEnumerable<(string Name, string Place)> files)
    {
        var seen = new Dictionary<string, string>();
        foreach (var (name, place) in files)
        {
            if (!seen.TryAdd(place, name))
            {
                throw Bad($"{seen[place]} and {name} would be one file in the container, {place}. Leave one of them out.");
            }
        }
    }

    private string NameOf(string path) => Path.GetRelativePath(directory, path);

    private CrCacheException Bad(string what, string? file = null, int? line = null) =>
        new(ErrorCodes.BadMetadata, $"{item}: {what}") { File = file, Line = line };
}
