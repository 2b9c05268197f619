using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CrCache.Runtimes;
using CrCache.Shared;
using CrCache.Specs;

namespace CrCache.Keys;

/// <summary>
/// The hash of all that a checkpoint's state depends on. What only says how it is presented (name, connection string,
/// mode, timeout) is not part of it, so two projects share a checkpoint under different names.
/// </summary>
public static class CheckpointKey
{
    /// <summary>Raised whenever the way in which checkpoints are made changes what is in them.</summary>
    private const int Format = 3;

    /// <summary>The key of a spec: 64 hexadecimal digits.</summary>
    public static string Of(CheckpointSpec spec)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Parts(spec))
        {
            // Lengths make the text unambiguous whatever the values hold.
            text.Append(CultureInfo.InvariantCulture, $"{name.Length}:{name}={value.Length}:{value}\n");
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))).ToLowerInvariant();
    }

    /// <summary>What the key is made of, each with a name that a person understands.</summary>
    public static IEnumerable<(string Name, string Value)> Parts(CheckpointSpec spec)
    {
        yield return ("format", Format.ToString(CultureInfo.InvariantCulture));
        yield return ("image", spec.ImageDigest);
        yield return ("platform", spec.Platform);
        yield return ("hostname", spec.Hostname);
        yield return ("seccomp", ContentHash.Of(Encoding.UTF8.GetBytes(SeccompProfile.WithoutIoUring)));
        foreach (var (name, value) in spec.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            yield return ($"environment {name}", value);
        }

        foreach (var (argument, index) in (spec.Command ?? []).Select((argument, index) => (argument, index)))
        {
            yield return (string.Create(CultureInfo.InvariantCulture, $"command {index}"), argument);
        }

        yield return ("ready", spec.Ready.ToString());
        if (spec.Verify is { } verify)
        {
            yield return ("verify", string.Join(' ', verify.Command));
        }

        foreach (var file in spec.Files)
        {
            yield return ($"file {file.Place}", $"{file.Sha256} {Convert.ToString(file.Mode, 8)} of {file.Owner}");
        }

        // By their places in the container, which say nothing of where the project lies.
        foreach (var step in spec.Setup)
        {
            yield return ($"setup {step.Place}", $"{step.Sha256} by {string.Join(' ', step.Command)}");
        }

        if (spec.Setup.Count > 1)
        {
            yield return ("setup order", string.Join(", ", spec.Setup.Select(step => step.Place)));
        }
    }
}
