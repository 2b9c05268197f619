using System.Security.Cryptography;
using System.Text;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Keys;
using CrCache.Specs;

namespace CrCache.Installing;

/// <summary>
/// Runs a spec's <c>Verify</c> command: once after the set-up, and again where a rung is tried. Of what it says only hashes are kept, a
/// hash for each line, so that the first line that differs can be told.
/// </summary>
internal sealed class StateVerifier(IEngine engine, CheckpointSpec spec)
{
    // What comes after these is one hash.
    private const int MostLines = 2000;

    /// <summary>The hashes of what it says in a container that was set up just now; null without a command.</summary>
    /// <exception cref="CrCacheException">It fails, or does not end in time (CRC3017).</exception>
    public async Task<IReadOnlyList<string>?> ReadAsync(string containerId, CancellationToken cancellationToken)
    {
        if (spec.Verify is not { } verify)
        {
            return null;
        }

        var result = await RunAsync(verify, containerId, cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0
            ? LinesOf(result.Output).Select(Hash).ToArray()
            : throw new CrCacheException(
                ErrorCodes.VerifyFailed,
                $"{spec.Name}: {Whose} {How(result)} after the set-up: {Shown(result.Output)}");
    }

    /// <summary>Checks that it says the same in a copy.</summary>
    /// <param name="containerId">The copy.</param>
    /// <param name="expected">What <see cref="ReadAsync"/> gave; null for nothing to check.</param>
    /// <param name="rung">How the copy was brought back.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CrCacheException">It says something else (CRC3016).</exception>
    public async Task CheckAsync(string containerId, IReadOnlyList<string>? expected, Rung rung, CancellationToken cancellationToken)
    {
        if (spec.Verify is not { } verify || expected is null)
        {
            return;
        }

        var result = await RunAsync(verify, containerId, cancellationToken).ConfigureAwait(false);
        if (Difference(result, expected) is { } difference)
        {
            var after = rung == Rung.Memory ? "a restore from memory" : "a start from its files";
            throw new CrCacheException(
                ErrorCodes.StateDiffers,
                $"{spec.Name}: after {after}, {Whose} {difference}, so that is not used. {WhatToDo(verify)}");
        }
    }

    private string Whose => spec.Verify!.IsOwn ? "its Verify command" : $"the verify command of the preset {spec.Preset}";

    private static string WhatToDo(VerifyCommand verify) => verify.IsOwn
        ? "What set-up files change in the memory of a server alone belongs into its Command, or into a file that it reads when it starts."
        : "What set-up files change in the memory of a server alone belongs into its Command, or into a file that it reads when it starts; "
            + "if your tests do not need it, give the item a Verify of its own.";

    private Task<ExecResult> RunAsync(VerifyCommand verify, string containerId, CancellationToken cancellationToken) =>
        engine.ExecAsync(containerId, verify.Command, TimeSpan.FromSeconds(spec.TimeoutSeconds), cancellationToken);

    private string? Difference(ExecResult result, IReadOnlyList<string> expected)
    {
        if (result.ExitCode != 0)
        {
            return $"{How(result)}, which it did not after the set-up: {Shown(result.Output)}";
        }

        var lines = LinesOf(result.Output);
        var hashes = lines.Select(Hash).ToArray();
        if (hashes.SequenceEqual(expected))
        {
            return null;
        }

        return Array.FindIndex(hashes, hash => !expected.Contains(hash)) is >= 0 and var index
            ? $"says \"{Shown(lines[index])}\", which it did not after the set-up"
            : $"says {lines.Length} lines, {expected.Count} after the set-up, or in another order";
    }

    private string How(ExecResult result) => result.ExitCode is { } code
        ? $"fails with exit code {code}"
        : $"had not ended after {spec.TimeoutSeconds} s";

    private static string[] LinesOf(string output) => output.TrimEnd().Split('\n', MostLines);

    private static string Shown(string line) => ShownParts.Shown(line.Replace('\t', ' ').Trim());

    private static string Hash(string line) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line.TrimEnd())))[..32];
}
