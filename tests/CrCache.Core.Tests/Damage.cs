namespace CrCache.Core.Tests;

/// <summary>Damage of the kinds that disks, cut transfers and attackers do.</summary>
internal static class Damage
{
    /// <summary>A copy with one to three of them.</summary>
    public static byte[] To(byte[] content, Random random)
    {
        var damaged = content.ToList();
        for (var times = random.Next(1, 4); times > 0 && damaged.Count > 0; times--)
        {
            var at = random.Next(damaged.Count);
            var length = Math.Min(damaged.Count - at, random.Next(1, 12));
            switch (random.Next(6))
            {
                case 0: damaged[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: damaged[at] = (byte)(random.Next(2) == 0 ? 0xff : random.Next(256)); break;
                case 2: damaged.RemoveRange(at, damaged.Count - at); break;
                case 3: damaged.RemoveRange(at, length); break;
                case 4: damaged.InsertRange(at, damaged.GetRange(at, length)); break;
                default: damaged.InsertRange(at, Enumerable.Repeat((byte)0xff, length)); break;
            }
        }

        return [.. damaged];
    }
}
