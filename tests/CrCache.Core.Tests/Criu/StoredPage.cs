namespace CrCache.Core.Tests.Criu;

/// <summary>A page of a dump.</summary>
/// <param name="Address">Where it belongs.</param>
/// <param name="Shape">What its entry has beside addresses: in_parent, flags, and which of the two counts.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record StoredPage(
    ulong Address, (ulong? InParent, ulong? Flags, bool ShortCount, bool LongCount) Shape, ReadOnlyMemory<byte> Content)
{
    public bool Zero => Content.Span.TrimStart((byte)0).IsEmpty;
}
