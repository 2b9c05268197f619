using CrCache.Shared;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;
using TaskItem = Microsoft.Build.Utilities.TaskItem;

namespace CrCache.Tasks;

/// <summary>
/// Writes <c>NAME.item.json</c> for each <c>ContainerCheckpoint</c>, and only when its content changes: the file is the input
/// of the incremental target, so a change anywhere (the project, an imported file, a property, a set-up script) remakes just
/// what it affects.
/// </summary>
public sealed class WriteItemSpecs : Task
{
    /// <summary>The <c>ContainerCheckpoint</c> items.</summary>
    [Required]
    public ITaskItem[] Checkpoints { get; set; } = [];

    /// <summary>Where the files go, absolute.</summary>
    [Required]
    public string Directory { get; set; } = "";

    /// <summary>The project's directory: relative paths in metadata start there.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary>The item files, with the metadata <c>Name</c> and <c>Checkpoint</c> (the file that <c>crcache</c> makes of it).</summary>
    [Output]
    public ITaskItem[] Items { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var checkpoint in Checkpoints)
        {
            Check(checkpoint, seen);
        }

        if (!Log.HasLoggedErrors)
        {
            Log.Guard(() =>
            {
                FileContent.CreatePrivateDirectory(Directory);
                Items = Array.ConvertAll(Checkpoints, Write);
            });
        }

        return !Log.HasLoggedErrors;
    }

    private void Check(ITaskItem checkpoint, Dictionary<string, string> seen)
    {
        var name = checkpoint.ItemSpec;
        if (!ItemName.IsOne(name))
        {
            Error(checkpoint, ErrorCodes.BadName,
                $"ContainerCheckpoint \"{name}\": the name may have letters, digits, '.', '_' and '-' and starts with a letter or a digit. "
                + "It names files and environment variables; an image has its own place: "
                + $"<ContainerCheckpoint Include=\"db\" Image=\"{name}\" />");
            return;
        }

        // crcache derives the names of environment variables this way, so "my-db" and "my.db" cannot stand side by side.
        var variable = ItemName.InVariable(name);
        if (seen.TryGetValue(variable, out var other))
        {
            Error(checkpoint, ErrorCodes.DuplicateName, name == other
                ? $"ContainerCheckpoint \"{name}\" is there twice. Give the second another name: "
                    + $"<ContainerCheckpoint Include=\"{name}2\" Preset=\"{name}\" />"
                : $"ContainerCheckpoint \"{name}\" and \"{other}\" would set the same environment variables "
                    + $"(CRCACHE_{variable.ToUpperInvariant()}_…). Rename one.");
            return;
        }

        seen.Add(variable, name);
    }

    private void Error(ITaskItem item, string code, string message) =>
        Log.Error(code, message, item.GetMetadata("DefiningProjectFullPath"));

    private TaskItem Write(ITaskItem checkpoint)
    {
        var name = checkpoint.ItemSpec;
        var file = Path.Combine(Directory, name + ".item.json");

        // As MSBuild compares names, and crcache: setup="…" names the same files as Setup="…".
        var metadata = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (System.Collections.DictionaryEntry entry in checkpoint.CloneCustomMetadata())
        {
            metadata.Add((string)entry.Key, (string)entry.Value!);
        }

        var inputs = InputStamp.Of(metadata, ProjectDirectory);
        FileContent.WriteWhenDifferent(file, ItemJson.Write(name, ProjectDirectory, metadata, inputs), isPrivate: true);
        var item = new TaskItem(file);
        item.SetMetadata("Name", name);
        var archive = Path.Combine(Directory, name + ".checkpoint");
        var stamp = archive + ".json";
        metadata.TryGetValue("MaxAge", out var maxAge);
        if (!File.Exists(archive) || CheckpointAge.IsOver(maxAge, stamp))
        {
            // MSBuild looks at the file beside it: the archive's own time may be that of another project's link to it.
            File.Delete(stamp);
        }

        item.SetMetadata("Checkpoint", archive);
        item.SetMetadata("Stamp", stamp);
        return item;
    }
}
