using System.Globalization;

namespace CrCache.Chaos;

/// <summary>One blow: what it happens to, and its own chance, so that it can be repeated alone.</summary>
internal sealed class Strike(Random random, CancellationToken cancellationToken)
{
    private readonly List<string> _said = [];

    /// <summary>Ends the run.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>The item that was struck, if it is not the standing one: the ordinary command after the blow is about it.</summary>
    public RedisItem? Item { get; set; }

    /// <summary>What the command that was started takes, in milliseconds.</summary>
    public int Longest { get; set; }

    /// <summary>The tests after the blow are those of the real project.</summary>
    public bool TestsWithDotnet { get; set; }

    /// <summary>What the blow was, for people.</summary>
    public string What => string.Join(", ", _said);

    /// <summary>Notes what is done.</summary>
    public void Say(string what) => _said.Add(what);

    /// <summary>One of these.</summary>
    public T Choose<T>(params T[] among) => among[random.Next(among.Length)];

    /// <summary>A number below another.</summary>
    public int Next(int below) => random.Next(below);

    /// <summary>Waits for a random time.</summary>
    /// <param name="longest">In milliseconds.</param>
    public async Task PauseAsync(int longest)
    {
        var pause = random.Next(longest);
        _said.Add(string.Create(CultureInfo.InvariantCulture, $"after {pause} ms"));
        await Task.Delay(pause, cancellationToken);
    }

    /// <summary>SIGKILL as often as the two that can be handled.</summary>
    public string ChooseSignal()
    {
        var signal = Choose("KILL", "KILL", "INT", "TERM");
        _said.Add($"SIG{signal}");
        return signal;
    }
}
