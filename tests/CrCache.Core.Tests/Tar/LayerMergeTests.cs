using System.Globalization;
using System.Text;
using CrCache.Tar;

namespace CrCache.Core.Tests.Tar;

public sealed class LayerMergeTests
{
    [Fact]
    public async Task What_is_removed_covered_or_emptied_in_a_higher_layer_is_not_seen()
    {
        var merged = await MergeAsync(
            [
                TarFile.Of("a", TarType.Directory), TarFile.Of("a/old", content: "1"), TarFile.Of("b", content: "file"),
                TarFile.Of("c", TarType.Directory), TarFile.Of("c/gone", content: "2"), TarFile.Of(".wh.d"),
                TarFile.Of("kept", content: "3"),
            ],
            [
                TarFile.Of("a", TarType.Directory), TarFile.Of("a/.wh.old"), TarFile.Of("b", TarType.Directory),
                TarFile.Of("b/inner", content: "4"), TarFile.Of(".wh.c"), TarFile.Of("d", TarType.Directory),
            ]);
        Assert.Equal(
            ["kept=3", "a/", "b/", "b/inner=4", "d/", "b/.wh..wh..opq=", "d/.wh..wh..opq=", "a/.wh.old=", ".wh.c="],
            merged.Select(Short));
    }

    [Fact]
    public async Task Another_name_of_a_file_that_was_changed_later_keeps_the_old_content()
    {
        var merged = await MergeAsync(
            [
                TarFile.Of("first", content: "old"), TarFile.Of("second", TarType.HardLink, "first"),
                TarFile.Of("third", TarType.HardLink, "first"),
            ],
            [TarFile.Of("first", content: "new")]);
        Assert.Equal(["second=old", "third->second", "first=new"], merged.Select(Short));
    }

    [Fact]
    public async Task One_layer_does_what_all_did_whatever_lies_below()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var below = FileTree.Random(random);
            var (tree, layers) = (below, new List<TarFile[]>());
            for (var count = random.Next(1, 5); count > 0; count--)
            {
                var next = tree.Changed(random);
                layers.Add(FileTree.Layer(tree, next));
                tree = next;
                Assert.Equal(tree.ToString(), layers.Aggregate(below, (at, layer) => at.With(layer)).ToString());
            }

            var merged = await MergeAsync([.. layers]);
            Assert.True(tree.ToString() == below.With(merged).ToString(), $"seed {seed}");
        }
    }

    private static async Task<TarFile[]> MergeAsync(params TarFile[][] layers)
    {
        var directory = Directory.CreateTempSubdirectory("crcache-merge-");
        try
        {
            var files = new List<string>();
            foreach (var layer in layers)
            {
                files.Add(Path.Combine(directory.FullName, files.Count.ToString(CultureInfo.InvariantCulture)));
                await File.WriteAllBytesAsync(files[^1], await TarFile.WriteAsync(layer));
            }

            using var merged = new MemoryStream();
            await LayerMerge.MergeAsync(files, merged, default);
            return [.. await TarFile.ReadAsync(merged.ToArray())];
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string Short(TarFile file) => file.Member.Type switch
    {
        TarType.Directory => file.Member.Name + "/",
        TarType.HardLink => $"{file.Member.Name}->{file.Member.LinkName}",
        _ => $"{file.Member.Name}={Encoding.Latin1.GetString(file.Content)}",
    };

    // A file system: the content of each file by its path, null for a directory.
    private sealed record FileTree(SortedDictionary<string, string?> Entries)
    {
        private static readonly string[] s_names = ["a", "b", "c"];

        public static FileTree Random(Random random) =>
            new FileTree(new SortedDictionary<string, string?>(StringComparer.Ordinal)).Changed(random, 8);

        public FileTree Changed(Random random) => Changed(random, random.Next(1, 5));

        // What an engine's layer says of two file systems: files of equal content are one file, if one of them is new.
        public static TarFile[] Layer(FileTree before, FileTree after)
        {
            var layer = new List<TarFile>();
            var written = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (path, content) in after.Entries)
            {
                var isNew = !before.Entries.TryGetValue(path, out var was) || was != content;
                if (content is null && isNew)
                {
                    layer.Add(TarFile.Of(path, TarType.Directory));
                    layer.Add(TarFile.Of(path + "/.wh..wh..opq"));
                }
                else if (content is not null && isNew)
                {
                    layer.Add(written.TryAdd(content, path)
                        ? TarFile.Of(path, content: content)
                        : TarFile.Of(path, TarType.HardLink, written[content]));
                }
            }

            foreach (var path in before.Entries.Keys.Where(path => !after.Entries.ContainsKey(path)))
            {
                var parent = TarPath.Parent(path);
                if (parent.Length == 0 || (after.IsDirectory(parent) && before.IsDirectory(parent)))
                {
                    layer.Add(TarFile.Of(parent.Length == 0 ? ".wh." + path : $"{parent}/.wh.{TarPath.FileName(path)}"));
                }
            }

            return [.. layer];
        }

        // As engines unpack a layer.
        public FileTree With(TarFile[] layer)
        {
            var tree = new FileTree(new SortedDictionary<string, string?>(Entries, StringComparer.Ordinal));
            var (deleted, replaced) = (new List<string>(), new List<string>());
            var files = layer.Where(file => !CrCache.Tar.Layer.MarkOf(file.Member.Name, deleted, replaced)).ToArray();
            deleted.ForEach(tree.Remove);
            tree.RemoveAll(path => replaced.Exists(at => path.StartsWith(at + "/", StringComparison.Ordinal)));

            var contents = files.ToDictionary(file => file.Member.Name);
            foreach (var (name, (member, content)) in contents)
            {
                if (member.Type == TarType.Directory)
                {
                    if (!tree.IsDirectory(name))
                    {
                        tree.Remove(name);
                        tree.Entries[name] = null;
                    }

                    continue;
                }

                // A file may stand before the directory that it is in.
                for (var parent = TarPath.Parent(name); parent.Length > 0; parent = TarPath.Parent(parent))
                {
                    if (!tree.IsDirectory(parent))
                    {
                        tree.Remove(parent);
                        tree.Entries[parent] = null;
                    }
                }

                tree.Remove(name);
                tree.Entries[name] = Encoding.Latin1.GetString(
                    member.Type == TarType.HardLink ? contents[member.LinkName].Content : content);
            }

            return tree;
        }

        public override string ToString() => string.Join(' ', Entries.Select(entry => $"{entry.Key}={entry.Value ?? "/"}"));

        private FileTree Changed(Random random, int changes)
        {
            var tree = new FileTree(new SortedDictionary<string, string?>(Entries, StringComparer.Ordinal));
            for (; changes > 0; changes--)
            {
                var depth = random.Next(1, 4);
                var path = "";
                for (var i = 0; i < depth; i++)
                {
                    path += (i > 0 ? "/" : "") + s_names[random.Next(s_names.Length)];
                    if (i < depth - 1 && !tree.IsDirectory(path))
                    {
                        tree.Remove(path);
                        tree.Entries[path] = null;
                    }
                }

                tree.Remove(path);
                if (random.Next(3) > 0)
                {
                    tree.Entries[path] = random.Next(3) == 0 ? null : random.Next(6).ToString(CultureInfo.InvariantCulture);
                }
            }

            return tree;
        }

        private bool IsDirectory(string path) => Entries.TryGetValue(path, out var content) && content is null;

        private void Remove(string path) => RemoveAll(at => at == path || at.StartsWith(path + "/", StringComparison.Ordinal));

        private void RemoveAll(Func<string, bool> isGone)
        {
            foreach (var gone in Entries.Keys.Where(isGone).ToArray())
            {
                Entries.Remove(gone);
            }
        }
    }
}
