namespace CrCache.Keys;

/// <summary>One of the things that a checkpoint's key is made of, as people may see it.</summary>
/// <param name="Name">What it is, for instance <c>environment MYSQL_DATABASE</c>.</param>
/// <param name="Value">Its value; the start of a hash for secrets and for what is too long to read.</param>
public sealed record KeyPart(string Name, string Value);
