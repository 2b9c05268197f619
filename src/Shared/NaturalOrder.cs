namespace CrCache.Shared;

/// <summary>
/// The order of paths that people mean: numbers by their value, so that <c>V2</c> comes before <c>V10</c>, and of two versions the
/// shorter one first, so that <c>V1__a</c> comes before <c>V1.1__b</c> and <c>V1_1__b</c>. Everything else by its characters.
/// </summary>
internal sealed class NaturalOrder : IComparer<string>
{
    /// <summary>The only one.</summary>
    public static NaturalOrder Instance { get; } = new();

    private NaturalOrder()
    {
    }

    /// <summary>Compares two paths with slashes, a name after the other: what is in a folder stays together.</summary>
    public int Compare(string? x, string? y)
    {
        var (left, right) = ((x ?? "").Split('/'), (y ?? "").Split('/'));
        for (var i = 0; i < left.Length && i < right.Length; i++)
        {
            if (CompareNames(left[i], right[i]) is var order and not 0)
            {
                return order;
            }
        }

        // Equal numbers may be written in two ways: 1.sql, 01.sql.
        return left.Length != right.Length ? left.Length - right.Length : string.CompareOrdinal(x, y);
    }

    private static int CompareNames(string left, string right)
    {
        var (i, j) = (0, 0);
        while (i < left.Length && j < right.Length)
        {
            if (!IsDigit(left, i) || !IsDigit(right, j))
            {
                if (left[i] != right[j])
                {
                    return left[i] - right[j];
                }

                (i, j) = (i + 1, j + 1);
                continue;
            }

            if (CompareNumbers(Digits(left, ref i), Digits(right, ref j)) is var order and not 0)
            {
                return order;
            }

            if (GoesOn(left, i) is var longer && longer != GoesOn(right, j))
            {
                return longer ? 1 : -1;
            }
        }

        return (left.Length - i) - (right.Length - j);
    }

    // Whether the number that ends there is followed by another one of the same version.
    private static bool GoesOn(string name, int at) => at < name.Length && name[at] is '.' or '_' or '-' && IsDigit(name, at + 1);

    private static bool IsDigit(string name, int at) => at < name.Length && name[at] is >= '0' and <= '9';

    // Without zeros in front; times of 17 digits and more are numbers as well.
    private static string Digits(string name, ref int at)
    {
        var start = at;
        while (IsDigit(name, at))
        {
            at++;
        }

        return name.Substring(start, at - start).TrimStart('0');
    }

    private static int CompareNumbers(string left, string right) =>
        left.Length != right.Length ? left.Length - right.Length : string.CompareOrdinal(left, right);
}
