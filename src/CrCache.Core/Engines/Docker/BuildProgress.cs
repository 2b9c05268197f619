using System.Text.Json;
using Docker.DotNet.Models;

namespace CrCache.Engines.Docker;

/// <summary>Tells the steps of a build, and keeps what its end needs.</summary>
internal sealed class BuildProgress(IProgress<string> progress) : Messages
{
    private const int LastLines = 20;
    private readonly Queue<string> _output = [];

    /// <summary>The image's id, or null before the end.</summary>
    public string? Id { get; private set; }

    /// <summary>The last lines of the output.</summary>
    public string LastOutput => string.Join('\n', _output);

    public override void Report(JSONMessage value)
    {
        base.Report(value);
        if (value.Aux?.ExtensionData?.TryGetValue("ID", out var id) == true && id is JsonElement { ValueKind: JsonValueKind.String } text)
        {
            Id = text.GetString();
        }

        if (value.Stream?.Trim() is not { Length: > 0 } line)
        {
            return;
        }

        _output.Enqueue(line);
        if (_output.Count > LastLines)
        {
            _output.Dequeue();
        }

        if (line.StartsWith("Step ", StringComparison.Ordinal))
        {
            progress.Report(line);
        }
    }
}
