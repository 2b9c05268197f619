using System.Globalization;

namespace CrCache.Cli.Output;

/// <summary>How long each phase of a checkpoint took, by what is said when one begins: its first word.</summary>
/// <param name="clock">What the time is taken from.</param>
internal sealed class PhaseTimes(TimeProvider clock)
{
    // What says none of these words belongs to the phase that is under way.
    private static readonly Dictionary<string, string> s_phases = new(StringComparer.Ordinal)
    {
        ["pulling"] = "pull",
        ["building"] = "image",
        ["waiting"] = "wait",
        ["unpacking"] = "unpack",
        ["starting"] = "start",
        ["going"] = "restore", // on from an earlier step
        ["running"] = "set-up",
        ["dumping"] = "dump",
        ["stopping"] = "files",
        ["handing"] = "trials",
        ["trying"] = "trials",
        ["packing"] = "pack",
        ["pushing"] = "push",
    };

    // Shorter ones say nothing: they would be 0.0 s.
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(0.05);
    private readonly List<(string Phase, TimeSpan Took)> _phases = [];
    private long _since;

    /// <summary>Something is begun.</summary>
    /// <param name="message">What is said of it.</param>
    public void Begin(string message)
    {
        if (s_phases.TryGetValue(message.Split(' ')[0], out var phase))
        {
            End();
            if (_phases.FindIndex(entry => entry.Phase == phase) is >= 0 and var index)
            {
                // The last one is the one that is under way. A phase that comes again stands where it came last.
                _phases.Add(_phases[index]);
                _phases.RemoveAt(index);
            }
            else
            {
                _phases.Add((phase, TimeSpan.Zero));
            }

            _since = clock.GetTimestamp();
        }
    }

    /// <summary>All is done: for instance <c>start 6.1 s, dump 0.8 s</c>, or empty where nothing took long.</summary>
    public string Describe()
    {
        End();
        return string.Join(", ", _phases.Where(entry => entry.Took >= s_shortest).Select(entry => string.Create(
            CultureInfo.InvariantCulture, $"{entry.Phase} {entry.Took.TotalSeconds:0.0} s")));
    }

    private void End()
    {
        if (_phases.Count > 0)
        {
            _phases[^1] = (_phases[^1].Phase, _phases[^1].Took + clock.GetElapsedTime(_since));
            _since = clock.GetTimestamp();
        }
    }
}
