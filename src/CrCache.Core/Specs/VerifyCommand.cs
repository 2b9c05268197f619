namespace CrCache.Specs;

/// <summary>A command in the container whose output says what a set-up has made: the same after each way of bringing it back.</summary>
/// <param name="Command">The command.</param>
/// <param name="IsOwn">Whether the item has it; false for the preset's.</param>
public sealed record VerifyCommand(IReadOnlyList<string> Command, bool IsOwn);
