namespace CrCache.Tar;

/// <summary>
/// Makes one layer of several that lie on top of each other: a checkpoint that was made step by step has a layer for each step, and an
/// archive says what was changed in all.
/// </summary>
internal sealed class LayerMerge
{
    // What the layers looked at so far have, by path, and whether it is a directory. The highest is looked at first.
    private readonly Dictionary<string, bool> _taken = new(StringComparer.Ordinal);

    // Of what lies below nothing of these is seen, nor of what is in them.
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);

    // Of what lies below these directories may be seen, but nothing that is in them.
    private readonly HashSet<string> _emptied = new(StringComparer.Ordinal);

    private LayerMerge()
    {
    }

    /// <summary>Merges them; what each path is comes from the highest layer that has it.</summary>
    /// <param name="layers">Files with layers, the lowest first.</param>
    /// <param name="merged">Where the one layer goes that does the same.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InvalidDataException">A layer is damaged, or leads out of the root.</exception>
    public static async Task MergeAsync(IReadOnlyList<string> layers, Stream merged, CancellationToken cancellationToken)
    {
        var merge = new LayerMerge();
        var names = new IReadOnlyDictionary<string, string>[layers.Count];
        for (var i = layers.Count - 1; i >= 0; i--)
        {
            names[i] = merge.LookAt(await LayerContent.ReadAsync(layers[i], cancellationToken).ConfigureAwait(false));
        }

        var writer = new TarWriter(merged);
        foreach (var (layer, kept) in layers.Zip(names))
        {
            using var stream = File.OpenRead(layer);
            await foreach (var (member, content) in Layer.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
            {
                if (Renamed(member, kept) is { } seen)
                {
                    await writer.WriteAsync(seen, content, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        await Layer.WriteMarksAsync(writer, new FileSystemChanges(Sorted(merge._removed), Sorted(merge._emptied)), cancellationToken)
            .ConfigureAwait(false);
        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    // Null where it is not seen, or was written already: as the content of a file whose own name is not seen.
    private static TarMember? Renamed(TarMember member, IReadOnlyDictionary<string, string> kept)
    {
        if (!kept.TryGetValue(member.Name, out var name))
        {
            return null;
        }

        if (member.Type != TarType.HardLink)
        {
            return member with { Name = name };
        }

        var target = kept.GetValueOrDefault(member.LinkName, member.LinkName);
        return target == name ? null : member with { LinkName = target };
    }

    private static string[] Sorted(HashSet<string> paths) => paths.Order(StringComparer.Ordinal).ToArray();

    // The names under which the layer's members go on, by the names that they have in it.
    private Dictionary<string, string> LookAt(LayerContent layer)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        var emptied = new List<string>();
        foreach (var (path, member) in layer.Members.Where(member => !IsCovered(member.Key)))
        {
            if (!_taken.TryGetValue(path, out var isDirectory))
            {
                kept[path] = path;
            }
            else if (isDirectory && member.Type != TarType.Directory)
            {
                // A directory in the place of a file, which itself may be in the place of a directory with other files in it.
                emptied.Add(path);
            }
        }

        foreach (var path in layer.Changes.Deleted.Where(path => !IsCovered(path)))
        {
            if (!_taken.TryGetValue(path, out var isDirectory))
            {
                _removed.Add(path);
            }
            else if (isDirectory)
            {
                emptied.Add(path);
            }
        }

        emptied.AddRange(layer.Changes.Replaced.Where(path => !IsCovered(path) && _taken.GetValueOrDefault(path, true)));
        _emptied.UnionWith(emptied);
        foreach (var path in kept.Keys)
        {
            _taken[path] = layer.Members[path].Type == TarType.Directory;
        }

        KeepContents(layer, kept);
        return kept;
    }

    // Another name of a file that is not seen itself gets its content.
    private static void KeepContents(LayerContent layer, Dictionary<string, string> kept)
    {
        foreach (var (path, member) in layer.Members.Where(member => member.Value.Type == TarType.HardLink))
        {
            if (kept.ContainsKey(path))
            {
                kept.TryAdd(member.LinkName, path);
            }
        }
    }

    private bool IsCovered(string path)
    {
        if (_removed.Contains(path))
        {
            return true;
        }

        for (var at = path; at.Length > 0;)
        {
            at = TarPath.Parent(at);
            if (_removed.Contains(at) || _emptied.Contains(at) || !_taken.GetValueOrDefault(at, true))
            {
                return true;
            }
        }

        return false;
    }

    // What is in a layer, without the contents of its files.
    private sealed record LayerContent(IReadOnlyDictionary<string, TarMember> Members, FileSystemChanges Changes)
    {
        public static async Task<LayerContent> ReadAsync(string layer, CancellationToken cancellationToken)
        {
            var members = new Dictionary<string, TarMember>(StringComparer.Ordinal);
            var changes = (Deleted: new List<string>(), Replaced: new List<string>());
            using var stream = File.OpenRead(layer);
            await foreach (var (member, _) in Layer.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
            {
                if (Layer.MarkOf(member.Name, changes.Deleted, changes.Replaced))
                {
                    continue;
                }

                members[member.Name] = member;
            }

            return new LayerContent(members, new FileSystemChanges(changes.Deleted, changes.Replaced));
        }
    }
}
