namespace CrCache.Tasks;

/// <summary>The last lines of a stream: what to show of it when something went wrong.</summary>
internal sealed class OutputTail
{
    private const int Kept = 30;
    private readonly Queue<string> _lines = new();

    public void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Kept)
            {
                _lines.Dequeue();
            }
        }
    }

    public override string ToString()
    {
        lock (_lines)
        {
            return string.Join("\n", _lines);
        }
    }
}
