namespace CrCache.TestAdapter;

/// <summary>The containers cannot be had.</summary>
/// <param name="message">What happened, for people: <c>CRC5004: text</c>.</param>
internal sealed class LeaseException(string message) : Exception(message)
{
    public LeaseException(string code, string text)
        : this($"{code}: {text}")
    {
    }
}
