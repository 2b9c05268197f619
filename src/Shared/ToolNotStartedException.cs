namespace CrCache.Shared;

/// <summary><c>crcache</c> cannot be started; the message is for people.</summary>
internal sealed class ToolNotStartedException(string message, Exception inner) : Exception(message, inner)
{
}
