namespace CrCache.Engine.Tests;

/// <summary>One line that a lease says to its client (docs/protocol.md).</summary>
internal sealed record LeaseLine(string Event, string? Name, string? Value, string? Code, string? Message);
