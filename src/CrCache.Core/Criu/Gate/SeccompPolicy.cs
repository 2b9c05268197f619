using System.Text.Json;

namespace CrCache.Criu.Gate;

/// <summary>
/// What a seccomp profile denies, as system calls of x86-64: its own, those of 32-bit programs (i386) and those with pointers of 32 bits
/// (x32), each of which has numbers of its own. Profiles name calls; the numbers are those of the kernel's headers.
/// </summary>
internal sealed class SeccompPolicy
{
    // linux/audit.h, and the bit by which x32 is told from x86-64.
    private const uint X86 = 0xc000_003e, I386 = 0x4000_0003, X32Bit = 0x4000_0000;

    // Twice what there is: kernels without a call of a number answer "not implemented" by themselves.
    private const uint MostNumbers = 1024;
    private static readonly Dictionary<string, Dictionary<string, uint>> Numbers = ReadNumbers();

    private readonly HashSet<string> _allowed = [];
    private readonly Dictionary<string, List<(uint Value, string Comparison)>> _conditions = [];

    /// <summary>Reads a profile as the engine's API wants it, of the kind that this repository has.</summary>
    public SeccompPolicy(string profile)
    {
        using var json = JsonDocument.Parse(profile);
        foreach (var rule in json.RootElement.GetProperty("syscalls").EnumerateArray())
        {
            if (rule.GetProperty("action").GetString() != "SCMP_ACT_ALLOW" || !IsOfX86(rule))
            {
                continue;
            }

            foreach (var name in rule.GetProperty("names").EnumerateArray().Select(name => name.GetString()!))
            {
                if (rule.TryGetProperty("args", out var arguments))
                {
                    var argument = arguments.EnumerateArray().Single();
                    if (argument.GetProperty("index").GetInt32() != 0)
                    {
                        throw new NotUnderstoodException("the seccomp profile looks at more than first arguments");
                    }

                    _conditions.TryAdd(name, []);
                    _conditions[name].Add((argument.GetProperty("value").GetUInt32(), argument.GetProperty("op").GetString()!));
                }
                else
                {
                    _allowed.Add(name);
                }
            }
        }
    }

    /// <summary>Calls that are denied, each with its name in a message, and as <see cref="SeccompFilter.AlwaysDenies"/> takes it.</summary>
    public IEnumerable<(string Name, uint?[] Data)> Denied()
    {
        foreach (var (architecture, names) in Numbers)
        {
            var (token, bit) = architecture switch
            {
                "x86_64" => (X86, 0u),
                "x32" => (X86, X32Bit),
                _ => (I386, 0u),
            };
            var byNumber = names.ToDictionary(call => call.Value, call => call.Key);
            for (var number = 0u; number < MostNumbers; number++)
            {
                var name = byNumber.GetValueOrDefault(number);
                if (name is not null && _allowed.Contains(name))
                {
                    continue;
                }

                var data = new uint?[16];
                (data[0], data[1]) = (number | bit, token);
                var shown = $"{name ?? $"number {number}"} of {architecture}";
                if (name is null || !_conditions.TryGetValue(name, out var conditions))
                {
                    yield return (shown, data);
                    continue;
                }

                // Only x86-64 itself has arguments of 64 bits, and compares all of them.
                var longest = token == X86 && bit == 0 ? ulong.MaxValue : uint.MaxValue;
                foreach (var sample in Samples(conditions).Where(
                    sample => sample <= longest && !conditions.Exists(condition => Meets(sample, condition))))
                {
                    yield return ($"{shown} with {sample:x}", [.. data[..4], (uint)sample, (uint)(sample >> 32), .. data[6..]]);
                }
            }
        }
    }

    // Every bit alone and with a signal's number, what is small, and what lies beside the values of the conditions.
    private static IEnumerable<ulong> Samples(List<(uint Value, string Comparison)> conditions) =>
        Enumerable.Range(0, 64).Select(bit => 1ul << bit)
            .SelectMany(bit => new[] { bit, bit | 0x11 })
            .Concat(Enumerable.Range(0, 64).Select(small => (ulong)small))
            .Concat(conditions.SelectMany(condition => new[] { condition.Value - 1ul, condition.Value, condition.Value + 1ul }));

    private static bool Meets(ulong argument, (uint Value, string Comparison) condition) => condition.Comparison switch
    {
        "SCMP_CMP_EQ" => argument == condition.Value,
        "SCMP_CMP_LT" => argument < condition.Value,
        "SCMP_CMP_MASKED_EQ" => (argument & condition.Value) == 0,
        var other => throw new NotUnderstoodException($"the seccomp profile compares by {other}"),
    };

    // The capabilities that a rule names are among those that every container has.
    private static bool IsOfX86(JsonElement rule) =>
        !rule.TryGetProperty("includes", out var includes)
        || !includes.TryGetProperty("arches", out var architectures)
        || architectures.EnumerateArray().Any(architecture => architecture.ValueEquals("amd64"));

    private static Dictionary<string, Dictionary<string, uint>> ReadNumbers()
    {
        using var stream = typeof(SeccompPolicy).Assembly.GetManifestResourceStream("syscalls.json")!;
        using var json = JsonDocument.Parse(stream);
        return json.RootElement.EnumerateObject().ToDictionary(
            architecture => architecture.Name,
            architecture => architecture.Value.EnumerateObject().ToDictionary(call => call.Name, call => call.Value.GetUInt32()));
    }
}
