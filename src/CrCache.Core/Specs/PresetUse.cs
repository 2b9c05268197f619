using CrCache.Diagnostics;
using CrCache.Presets;

namespace CrCache.Specs;

/// <summary>What of a preset depends on what an item says: variables, the account, and ports by their number.</summary>
/// <param name="Preset">The preset; null for an item without.</param>
/// <param name="Item">The item's name, for errors.</param>
internal sealed record PresetUse(Preset? Preset, string Item)
{
    /// <summary>The preset's variables, then the item's; what it sets by an older name it sets by the newer as well.</summary>
    public SortedDictionary<string, string> Environment(IEnumerable<KeyValuePair<string, string>> own)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Preset?.Environment ?? new Dictionary<string, string>())
        {
            all[name] = value;
        }

        var set = new HashSet<string>();
        foreach (var (name, value) in own)
        {
            all[name] = value;
            set.Add(name);
        }

        foreach (var (older, newer) in Preset?.Aliases ?? new Dictionary<string, string>())
        {
            if (set.Contains(older) && !set.Contains(newer))
            {
                all[newer] = all[older];
            }
        }

        return all;
    }

    /// <summary>Whom the connection string signs in; null where the preset does not say.</summary>
    /// <exception cref="CrCacheException">The last account names a variable that is not set (CRC2009).</exception>
    public ServerAccount? Account(IReadOnlyDictionary<string, string> environment)
    {
        if (Preset?.Accounts is not [.., var last])
        {
            return null;
        }

        var account = Preset.Accounts.FirstOrDefault(account => IsSet(account.User) && IsSet(account.Password)) ?? last;
        return new ServerAccount(Value(account.User), Value(account.Password));

        bool IsSet(string member) =>
            PresetAccount.Variable(member) is not { } name || environment.GetValueOrDefault(name) is { Length: > 0 };

        string Value(string member) =>
            PresetAccount.Variable(member) is not { } name ? member
            : environment.TryGetValue(name, out var value) ? value
            : throw new CrCacheException(
                ErrorCodes.MalformedTemplate, $"{Item}: an account of its preset names the variable {name}, which is not set.");
    }

    /// <summary>The preset's answer, where the item publishes its port, whatever the port is called there.</summary>
    public AnswerProbe? Answer(IReadOnlyList<NamedPort> ports) =>
        Preset?.Answer is { } answer && NameOf(answer.Port, ports) is { } name ? answer with { Port = name } : null;

    /// <summary>The preset's probe, with its port as it is called there.</summary>
    public ReadyProbe? Ready(IReadOnlyList<NamedPort> ports) => Preset?.Ready switch
    {
        { Tcp: { } port } ready when NameOf(port, ports) is { } name => ready with { Tcp = name },
        { Http: { } probe } ready when NameOf(probe.Port, ports) is { } name => ready with { Http = probe with { Port = name } },
        var ready => ready,
    };

    private string? NameOf(string port, IReadOnlyList<NamedPort> ports) =>
        Preset!.Ports.TryGetValue(port, out var number) ? ports.FirstOrDefault(other => other.Number == number)?.Name : null;
}
