namespace CrCache.Shared;

/// <summary>There is no place for a lease's socket; the message is for people.</summary>
internal sealed class LeaseSocketException(string message) : Exception(message)
{
    /// <summary>What docs/errors.md explains it under.</summary>
    public const string Code = "CRC5008";
}
