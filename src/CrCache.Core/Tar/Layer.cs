namespace CrCache.Tar;

/// <summary>
/// An image's layer, in which removed files are members of special names (whiteouts), and the form that Podman keeps in an
/// archive: a tar of what was added and changed, beside it the list of what was removed.
/// </summary>
internal static class Layer
{
    private const string Whiteout = ".wh.";
    private const string OpaqueWhiteout = ".wh..wh..opq";
    private const string WhiteoutOfItsOwn = ".wh..wh.";

    /// <summary>Takes a layer apart; the members come out in the order of the layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="files">Where the tar of what was added and changed goes.</param>
    /// <param name="attributes">The extended attributes of changed files, by path.</param>
    /// <param name="readFile">
    /// Gives a tar that begins with the file of a path: containerd leaves files out of a layer of which nothing but attributes was
    /// changed. Null where the attributes are not this layer's own.
    /// </param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InvalidDataException">The layer is damaged, or leads out of the root.</exception>
    public static async Task<FileSystemChanges> SplitAsync(
        Stream layer,
        Stream files,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, byte[]>> attributes,
        Func<string, Task<Stream>>? readFile,
        CancellationToken cancellationToken)
    {
        var (deleted, replaced) = (new List<string>(), new List<string>());
        var leftOut = readFile is null ? [] : attributes.Keys.Where(path => path.Length > 0).ToHashSet(StringComparer.Ordinal);
        var writer = new TarWriter(files);
        await foreach (var (member, content) in ReadAsync(layer, cancellationToken).ConfigureAwait(false))
        {
            if (!MarkOf(member.Name, deleted, replaced))
            {
                leftOut.Remove(member.Name);
                await writer.WriteAsync(WithAttributes(member, attributes), content, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var path in leftOut.Order(StringComparer.Ordinal))
        {
            using var file = await readFile!(TarPath.ToText(path)).ConfigureAwait(false);
            var reader = new TarReader(file);
            var member = await reader.NextAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidDataException($"The tar of '{TarPath.ToText(path)}' is empty.");
            await writer.WriteAsync(WithAttributes(member with { Name = path }, attributes), reader.Content, cancellationToken)
                .ConfigureAwait(false);
        }

        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        return new FileSystemChanges(deleted, replaced);
    }

    /// <summary>Puts a layer together again.</summary>
    /// <exception cref="InvalidDataException">The tar is damaged, or leads out of the root.</exception>
    public static async Task JoinAsync(Stream files, FileSystemChanges changes, Stream layer, CancellationToken cancellationToken)
    {
        var writer = new TarWriter(layer);
        await foreach (var (member, content) in ReadAsync(files, cancellationToken).ConfigureAwait(false))
        {
            // It would remove what no list of the archive names.
            RefuseWhiteout(member.Name);
            await writer.WriteAsync(member, content, cancellationToken).ConfigureAwait(false);
        }

        await WriteMarksAsync(writer, changes, cancellationToken).ConfigureAwait(false);
        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the members by which a layer says what is not seen any more of what lies below it.</summary>
    /// <exception cref="InvalidDataException">A path leads out of the root, or is that of such a member.</exception>
    public static async Task WriteMarksAsync(TarWriter writer, FileSystemChanges changes, CancellationToken cancellationToken)
    {
        foreach (var path in changes.Replaced)
        {
            await writer.WriteAsync(Mark(Join(TarPath.Normalize(path), OpaqueWhiteout)), cancellationToken).ConfigureAwait(false);
        }

        foreach (var path in changes.Deleted)
        {
            var normal = TarPath.Normalize(path);
            RefuseWhiteout(normal);
            if (normal.Length == 0)
            {
                throw new InvalidDataException("The list of removed files has the root.");
            }

            var mark = Join(TarPath.Parent(normal), Whiteout + TarPath.FileName(normal));
            await writer.WriteAsync(Mark(mark), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a member is one of those; then what it stands for is added to a list.</summary>
    /// <param name="path">The member's path.</param>
    /// <param name="deleted">The removed paths.</param>
    /// <param name="replaced">The directories of which nothing that was there before is seen any more.</param>
    public static bool MarkOf(string path, List<string> deleted, List<string> replaced)
    {
        var name = TarPath.FileName(path);
        if (name == OpaqueWhiteout)
        {
            replaced.Add(TarPath.Parent(path));
            return true;
        }

        // AUFS's own book-keeping has a double mark, and is no file of the container.
        if (name.StartsWith(Whiteout, StringComparison.Ordinal) && !name.StartsWith(WhiteoutOfItsOwn, StringComparison.Ordinal))
        {
            deleted.Add(Join(TarPath.Parent(path), name[Whiteout.Length..]));
        }

        return name.StartsWith(Whiteout, StringComparison.Ordinal);
    }

    private static void RefuseWhiteout(string path)
    {
        if (TarPath.FileName(path).StartsWith(Whiteout, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"The changed files have the name of a whiteout: '{TarPath.ToText(path)}'.");
        }
    }

    private static TarMember Mark(string path) => new() { Name = path, Type = TarType.File };

    private static string Join(string directory, string name) => directory.Length > 0 ? $"{directory}/{name}" : name;

    private static TarMember WithAttributes(
        TarMember member, IReadOnlyDictionary<string, IReadOnlyDictionary<string, byte[]>> attributes) =>
        attributes.TryGetValue(member.Name, out var more)
            ? member with
            {
                Attributes = new SortedDictionary<string, byte[]>(
                    member.Attributes.Concat(more).GroupBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Last().Value),
                    StringComparer.Ordinal),
            }
            : member;

    /// <summary>The members of a layer. Nothing leads out of the root, not even by way of a symbolic link that stands before.</summary>
    /// <remarks>Engines unpack in a root of their own and check again; this is the first gate.</remarks>
    /// <exception cref="InvalidDataException">The layer is damaged, or leads out of the root.</exception>
    public static async IAsyncEnumerable<(TarMember Member, Stream Content)> ReadAsync(
        Stream tar, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new TarReader(tar);
        var links = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } member)
        {
            var name = TarPath.Normalize(member.Name);
            RefuseThroughLink(name, links);
            var linkName = member.LinkName;
            var isLink = member.Type == TarType.SymbolicLink;
            if (member.Type == TarType.HardLink)
            {
                linkName = TarPath.Normalize(linkName);
                RefuseThroughLink(linkName, links);

                // Another name of a symbolic link is one.
                isLink = links.Contains(linkName);
            }

            _ = isLink ? links.Add(name) : links.Remove(name);
            yield return (member with { Name = name.Length > 0 ? name : ".", LinkName = linkName }, reader.Content);
        }
    }

    private static void RefuseThroughLink(string path, HashSet<string> links)
    {
        for (var parent = TarPath.Parent(path); parent.Length > 0; parent = TarPath.Parent(parent))
        {
            if (links.Contains(parent))
            {
                throw new InvalidDataException($"The tar writes through a symbolic link: '{TarPath.ToText(path)}'.");
            }
        }
    }
}
