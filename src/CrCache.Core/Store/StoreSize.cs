using System.Globalization;
using CrCache.Diagnostics;

namespace CrCache.Store;

/// <summary>How much the store may hold, and how sizes are written: <c>5GB</c>, decimal units, as disks and docker count.</summary>
public static class StoreSize
{
    /// <summary>The variable that sets it.</summary>
    public const string Variable = "CRCACHE_STORE_SIZE";

    /// <summary>How a size is written, for messages.</summary>
    public const string Shape = "a number with KB, MB, GB or TB, such as 5GB, or 0";

    private const long Most = 10_000_000_000;
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>The number of bytes, or null where the text is no size.</summary>
    public static long? Parse(string text)
    {
        text = text.Trim();
        if (text == "0")
        {
            return 0;
        }

        // A number alone is rather a forgotten unit than so many bytes.
        var unit = Array.FindIndex(Units, 1, name => text.EndsWith(name, StringComparison.OrdinalIgnoreCase));
        return unit > 0
            && decimal.TryParse(
                text.AsSpan(0, text.Length - 2).TrimEnd(),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number)
            && number <= 1_000_000
            ? (long)(number * (decimal)Math.Pow(1000, unit))
            : null;
    }

    /// <summary>As people read it: <c>1.2 GB</c>.</summary>
    public static string Format(long bytes)
    {
        var unit = 0;
        var number = (double)bytes;
        for (; number >= 999.95 && unit < Units.Length - 1; unit++)
        {
            number /= 1000;
        }

        return number.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>What the store may hold, in bytes.</summary>
    /// <param name="configured">The value of <see cref="Variable"/>, or null: a tenth of what it could have, at most 10 GB.</param>
    /// <param name="used">What it holds, in bytes.</param>
    /// <param name="free">What its file system has left, in bytes.</param>
    /// <exception cref="CrCacheException">The value is no size (CRC4011).</exception>
    internal static long Budget(string? configured, long used, long free) => string.IsNullOrWhiteSpace(configured)
        ? Math.Min(Most, (free + used) / 10)
        : Parse(configured) ?? throw new CrCacheException(ErrorCodes.BadStoreSize, $"{Variable} is '{configured}'. Write {Shape}.");
}
