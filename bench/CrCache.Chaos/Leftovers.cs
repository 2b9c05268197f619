using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CrCache.Chaos;

/// <summary>Looks for what nobody needs any more: on the engine, in the stores, among processes, mounts and locks.</summary>
internal sealed partial class Leftovers(Field field)
{
    private const string Anchor = "/anchor";
    private const string Untagged = "<none>:<none>"; // of an image without a name
    private static readonly string All = Uri.EscapeDataString("""{"all":["true"]}""");
    private static readonly string Unused = Uri.EscapeDataString("""{"dangling":["true"]}""");
    private const int Looks = 50;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private static readonly string[] s_marks = ["work", "restored"];
    private static readonly string[] s_idle = ["bash", "sleep", "dockerd", "containerd"];

    /// <summary>What there is, one line each; what goes by itself within five seconds is nothing.</summary>
    public Task<IReadOnlyList<string>> FindAsync(CancellationToken cancellationToken) =>
        FindAsync(() => TryLookAsync(cancellationToken), cancellationToken);

    /// <summary>Sockets of leases that nobody serves any more.</summary>
    public Task<IReadOnlyList<string>> FindSocketsAsync(CancellationToken cancellationToken) => FindAsync(
        () => Task.FromResult(Entries(field.Alice.Sockets).Select(name => $"socket {name}").ToList()), cancellationToken);

    private static async Task<IReadOnlyList<string>> FindAsync(Func<Task<List<string>>> tryLook, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var found = await tryLook();
            if (found.Count == 0 || look == Looks)
            {
                return found;
            }

            await Task.Delay(s_pause, cancellationToken);
        }
    }

    /// <summary>Removes everything of CrCache from the engine.</summary>
    public async Task ClearEngineAsync(CancellationToken cancellationToken)
    {
        var api = field.Engine.Api;
        foreach (var (id, _) in await ContainersAsync(cancellationToken))
        {
            await api.CallAsync(HttpMethod.Delete, $"containers/{id}?force=1&v=1", cancellationToken);
        }

        foreach (var (name, _) in await ImagesAsync(cancellationToken))
        {
            await api.CallAsync(HttpMethod.Delete, $"images/{name}?force=1", cancellationToken);
        }

        await api.CallAsync(HttpMethod.Post, $"volumes/prune?filters={All}", cancellationToken);

        // What CRIU has mounted in these folders goes with it.
        Client.Signal("KILL", field.Engine.Processes().Where(one => !s_idle.Contains(one.Name)).Select(one => one.Id));
        string[] folders = [field.Engine.Dumps, $"{field.Engine.Root}/run/crcache/work", $"{field.Engine.Root}/run/crcache/restored"];
        foreach (var mount in MountsIn("/run/crcache/"))
        {
            // It may have gone with another one.
            await Field.RunAsync([.. field.Engine.Within, "sh", "-c", "umount --lazy \"$0\" || :", mount], cancellationToken);
        }

        foreach (var folder in folders.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // What is looked at may go at that moment.
    private async Task<List<string>> TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return [$"something that cannot be looked at: {e.Message}"];
        }
    }

    private async Task<List<string>> LookAsync(CancellationToken cancellationToken)
    {
        var known = Known();
        var containers = await ContainersAsync(cancellationToken);
        var ids = containers.Select(container => container.Id).ToHashSet();
        return
        [
            .. containers.Select(container => $"container {container.Name}"),
            .. (await ImagesAsync(cancellationToken)).Where(image => !known.Contains(image.Id)).Select(image => $"image {image.Name}"),
            .. await VolumesAsync(cancellationToken),
            .. Entries(field.Engine.Dumps).Where(dump => !known.Contains(dump)).Select(dump => $"dump {dump}"),
            .. s_marks.SelectMany(folder => Entries($"{field.Engine.Root}/run/crcache/{folder}")
                .Where(mark => !ids.Contains(mark)).Select(mark => $"mark /run/crcache/{folder}/{mark}")),
            .. TemporaryFiles(),
            .. Field.Processes().Select(process => $"process {process.Id} {process.Name}"),
            .. field.Engine.Processes().Where(one => !s_idle.Contains(one.Name) && !IsLost(one.Id, ids))
                .Select(one => $"process {one.Id} {one.Name} of the engine"),
            .. Mounts().Except(field.Forgotten),
            .. Locks(),
        ];
    }

    // dockerd that is killed when it has just had a container started knows nothing of it afterwards, and leaves its shim behind, one time
    // in five with runc alone too: nobody can reach that by the engine's API. As long as anything lives below a shim it counts.
    private bool IsLost(int process, HashSet<string> known)
    {
        var words = ProcessTable.Read(process, "cmdline").Split('\0');
        var id = Array.IndexOf(words, "-id") + 1;
        return words[0].EndsWith("/containerd-shim-runc-v2", StringComparison.Ordinal) && id > 0 && !known.Contains(words[id])
            && !field.Engine.Processes().Select(one => one.Id).Intersect(ProcessTable.Tree(process).Skip(1)).Any();
    }

    // The ids that records of all stores name.
    private HashSet<string> Known() =>
    [
        .. new[] { field.Alice, field.Bob }
            .Select(user => Path.Combine(user.Home, "engines")).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "checkpoint.json", SearchOption.AllDirectories))
            .SelectMany(record => Id().Matches(File.ReadAllText(record)).Select(match => match.Value)),
    ];

    private async Task<IReadOnlyList<(string Id, string Name)>> ContainersAsync(CancellationToken cancellationToken)
    {
        var rows = await field.Engine.Api.ListAsync("containers/json?all=1", cancellationToken);
        return [.. rows.Select(row => (Text(row!["Id"]), Describe(row))).Where(row => !IsAnchor(row.Item2))];

        static bool IsAnchor(string name) => name.StartsWith(Anchor, StringComparison.Ordinal);

        static string Describe(JsonNode row) =>
            $"{Text(row["Names"]?[0])} ({Text(row["Status"])}, {row["Labels"]?["crcache"]}, {row["Labels"]?["crcache.owner"]})";
    }

    private async Task<IReadOnlyList<(string Name, string Id)>> ImagesAsync(CancellationToken cancellationToken)
    {
        var rows = await field.Engine.Api.ListAsync("images/json?all=1", cancellationToken);
        return
        [
            .. rows.SelectMany(NamesOf).Where(name => name != "redis:8")
                .Select(name => (name, name.Split(':')[^1].Replace("-files", "", StringComparison.Ordinal))),
        ];

        static IEnumerable<string> NamesOf(JsonNode? image)
        {
            var tags = image!["RepoTags"]?.AsArray().Select(Text).Where(tag => tag != Untagged).ToArray();
            return tags is { Length: > 0 } ? tags : [Text(image["Id"])];
        }
    }

    private async Task<IEnumerable<string>> VolumesAsync(CancellationToken cancellationToken)
    {
        var volumes = await field.Engine.Api.CallAsync(HttpMethod.Get, $"volumes?filters={Unused}", cancellationToken);
        return volumes["Volumes"]?.AsArray().Select(volume => $"volume {Text(volume!["Name"])} of {OwnerOf(volume)}") ?? [];

        static string OwnerOf(JsonNode volume) => $"{volume["CreatedAt"]} ({volume["Labels"]?["crcache.owner"] ?? "nobody's"})";
    }

    private IEnumerable<string> TemporaryFiles()
    {
        foreach (var user in new[] { field.Alice, field.Bob })
        {
            foreach (var name in Entries(user.Temporary).Where(name => name.Contains("crcache", StringComparison.OrdinalIgnoreCase)))
            {
                yield return $"file {user.Temporary}/{name}";
            }

            foreach (var name in Entries(Path.Combine(user.Home, "work")))
            {
                yield return $"file {user.Home}/work/{name}";
            }
        }

        foreach (var file in Directory.EnumerateFiles(field.Folder, "*.crcache.tmp", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.None,
        }))
        {
            yield return $"file {file}";
        }

        foreach (var entry in new[] { field.Alice, field.Bob }.SelectMany(user => Entries(Path.Combine(user.Home, "engines"))
            .SelectMany(engine => Directory.EnumerateDirectories(Path.Combine(user.Home, "engines", engine)))))
        {
            if (!File.Exists(Path.Combine(entry, "checkpoint.json")))
            {
                yield return $"folder {entry} without a record";
            }
        }
    }

    /// <summary>What is mounted for containers and layers; the anchor has nothing, for it was never started.</summary>
    public IEnumerable<string> Mounts() => MountsIn("/")
        .Where(target => target.Contains("/overlay2/", StringComparison.Ordinal)
            || target.Contains("/containers/", StringComparison.Ordinal)
            || target.Contains("/netns/", StringComparison.Ordinal))
        .Select(target => $"mount {target}");

    // The innermost first.
    private IEnumerable<string> MountsIn(string folder) =>
        ProcessTable.Read(field.Engine.Init, "mountinfo").Split('\n')
            .Select(line => line.Split(' ')).Where(words => words.Length > 4).Select(words => words[4])
            .Where(target => target.StartsWith(folder, StringComparison.Ordinal)).Reverse();

    // Of whoever locks a file of the stores: 1: FLOCK  ADVISORY  WRITE 4711 00:2a:815 0 EOF. What is mounted has a device of its own.
    private IEnumerable<string> Locks()
    {
        var mount = ProcessTable.Read(Environment.ProcessId, "mountinfo").Split('\n').Select(line => line.Split(' '))
            .FirstOrDefault(words => words.Length > 4 && words[4] == field.Folder);
        if (mount?[2].Split(':') is not [var major, var minor])
        {
            return [];
        }

        var device = $" {Hexadecimal(major)}:{Hexadecimal(minor)}:";
        return File.ReadLines("/proc/locks").Where(line => line.Contains(device, StringComparison.Ordinal)).Select(line => $"lock {line}");

        static string Hexadecimal(string number) =>
            int.Parse(number, CultureInfo.InvariantCulture).ToString("x2", CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string> Entries(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)) : [];

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Id();
}
