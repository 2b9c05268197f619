using System.Globalization;

namespace CrCache.Bench.Servers;

/// <summary>A copy of a server's three set-up files (bench/setup), in whose last one a line is changed again and again.</summary>
internal sealed class SetupFiles(Server server, string directory)
{
    // What the last file has in place of the state.
    private const string Placeholder = "0";
    private static int s_changes;

    /// <summary>Where the copy is.</summary>
    public string Directory => directory;

    /// <summary>The value of the item's Setup: an entry for each file.</summary>
    public string Entries => string.Join(';', Names());

    /// <summary>What the last file leaves on the server.</summary>
    public string State { get; private set; } = Placeholder;

    /// <summary>Writes them, the last with a state that no other copy has had.</summary>
    public async Task ChangeAsync(CancellationToken cancellationToken)
    {
        State = Interlocked.Increment(ref s_changes).ToString(CultureInfo.InvariantCulture);
        System.IO.Directory.CreateDirectory(directory);
        var names = Names();
        foreach (var name in names)
        {
            var text = await File.ReadAllTextAsync(Path.Combine(Source(), name), cancellationToken);
            var changed = name == names[^1] ? text.Replace(Placeholder, State, StringComparison.Ordinal) : text;
            await File.WriteAllTextAsync(Path.Combine(directory, name), changed, cancellationToken);
        }
    }

    /// <summary>Copies them into a container whose server is ready, and runs them with the preset's commands.</summary>
    /// <exception cref="InvalidOperationException">One has failed.</exception>
    public async Task RunAsync(Engine engine, string container, CancellationToken cancellationToken)
    {
        await engine.CopyAsync(container, directory, cancellationToken);
        foreach (var name in Names())
        {
            var file = $"/{Path.GetFileName(directory)}/{name}";
            var command = server.Preset.Setup[Path.GetExtension(name)].Select(word => word == "{file}" ? file : word);
            if (await engine.ExecAsync(container, command, cancellationToken) != 0)
            {
                throw new InvalidOperationException($"{server.Name}: {name} has failed");
            }
        }
    }

    private string Source() => Path.Combine(Repository.Bench, "setup", server.Name);

    private string[] Names() =>
        [.. System.IO.Directory.GetFiles(Source()).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
