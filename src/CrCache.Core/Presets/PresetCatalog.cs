using System.Reflection;
using System.Text.Json;
using CrCache.Diagnostics;
using CrCache.Shared;

namespace CrCache.Presets;

/// <summary>The presets that ship with CrCache, and those of the project (docs/presets.md).</summary>
public static class PresetCatalog
{
    private const string Folder = "presets/";
    private const string Extension = ".json";
    private static readonly Assembly Home = typeof(PresetCatalog).Assembly;

    /// <summary>The names of the presets that ship with CrCache, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = Home.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .Select(name => Path.GetFileNameWithoutExtension(name[Folder.Length..]))
        .Order(StringComparer.Ordinal)
        .ToArray();

    /// <summary>The names of all presets that a project in a folder can use, in order.</summary>
    public static IReadOnlyList<string> NamesFor(string directory) => PresetFolders.Of(directory)
        .Where(folder => PresetFolders.WhyNot(folder, directory) is null)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*" + Extension))
        .Select(Path.GetFileNameWithoutExtension)
        .Concat(Names)
        .Distinct()
        .Order(StringComparer.Ordinal)
        .ToArray()!;

    /// <summary>The preset of that name, or null. A project's own come first, the nearest folder's before all.</summary>
    /// <param name="name">A name, or the path of a preset's file relative to the folder.</param>
    /// <param name="directory">The project's folder.</param>
    /// <exception cref="CrCacheException">Its file is broken, or somebody else's (CRC2006).</exception>
    public static Preset? Find(string name, string directory)
    {
        var path = name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)
            ? Path.GetFullPath(name, directory)
            : PresetFolders.Of(directory)
                .Select(folder => Path.Combine(folder, name + Extension))
                .Where(File.Exists)
                .Select(file => Trusted(file, directory))
                .FirstOrDefault();
        if (path is not null)
        {
            return File.Exists(path) ? Read(Open(path), path) : null;
        }

        return Home.GetManifestResourceStream($"{Folder}{name}{Extension}") is { } stream ? Read(stream, $"'{name}'") : null;
    }

    private static string Trusted(string file, string directory) =>
        (PresetFolders.WhyNot(Path.GetDirectoryName(file)!, directory) ?? PresetFolders.WhyNot(file, directory)) is { } reason
            ? throw new CrCacheException(
                ErrorCodes.BrokenPreset,
                $"The preset {file} is not used: {reason}. Remove it, or make it yours (chown, chmod o-w) where it is meant to be used.")
            : file;

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CrCacheException(ErrorCodes.BrokenPreset, $"The preset {path} cannot be read: {e.Message}", e);
        }
    }

    private static Preset Read(Stream stream, string where)
    {
        using (stream)
        {
            try
            {
                var preset = JsonSerializer.Deserialize(stream, PresetJson.Default.Preset) ?? throw new JsonException("It holds nothing.");
                return Problem(preset) is { } problem ? throw new JsonException(problem) : preset;
            }
            catch (JsonException e)
            {
                var line = e.LineNumber is { } number ? $" (line {number + 1})" : "";
                throw new CrCacheException(ErrorCodes.BrokenPreset, $"The preset {where} is broken{line}: {e.Message}", e);
            }
        }
    }

    // What the JSON's own shape cannot say.
    private static string? Problem(Preset preset) => preset switch
    {
        { Ports.Count: 0 } => "It names no port.",
        { Answer: { } answer } when !preset.Ports.ContainsKey(answer.Port) =>
            $"Its answer names the port '{answer.Port}', which is not among its ports.",
        { Ready: { Exec: null or [], Log: null, Tcp: null, Http: null, Health: not true } } =>
            "Its ready says nothing: give it exec, log, tcp, http or health.",
        { Ready: { Log: null, Times: not null } or { Times: < 1 } } => "Its ready has times, which is for a log, and 1 or more.",
        { Ready.Log: { } log } when !ReadyProbe.IsExpression(log) => $"Its ready has a log that is no regular expression: {log}",
        { Answer.Expect: { } expect } when !ReadyProbe.IsExpression(expect) =>
            $"Its answer expects what is no regular expression: {expect}",
        { Verify: [] } => "Its verify is no command.",
        { Uri: { } uri } when !uri.Contains("://", StringComparison.Ordinal) => $"Its uri is none: {uri}",
        { Jdbc: { } jdbc } when !jdbc.StartsWith("jdbc:", StringComparison.Ordinal) => $"Its jdbc does not begin with jdbc: {jdbc}",
        { OnDisk: { } promise } when promise.Command.FirstOrDefault(text => !ReadyProbe.IsExpression(text)) is { } text =>
            $"Its onDisk has a command that is no regular expression: {text}",
        _ => null,
    };
}
