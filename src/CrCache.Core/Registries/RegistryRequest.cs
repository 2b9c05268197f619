namespace CrCache.Registries;

/// <summary>A request as it can be sent again: after signing in, to where a redirect leads.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">An address, or one relative to the repository's: <c>blobs/sha256:…</c>.</param>
internal sealed record RegistryRequest(HttpMethod Method, string Target)
{
    // As curl does: a refusal (no access any more, too much for a proxy) comes before the body is sent, and is read.
    private const long AskBeforeSending = 1024 * 1024;

    /// <summary>Makes the body, each time it is sent.</summary>
    public Func<HttpContent>? Content { get; init; }

    /// <summary>The first byte that is wanted.</summary>
    public long From { get; init; }

    /// <summary>The repository that this reads from beside its own.</summary>
    public string? AlsoReads { get; init; }

    /// <summary>True where it changes nothing.</summary>
    public bool IsRead => Method == HttpMethod.Get || Method == HttpMethod.Head;

    /// <summary>The message, addressed to where the target or a redirect has led.</summary>
    public HttpRequestMessage ToMessage(Uri address)
    {
        var message = new HttpRequestMessage(Method, address) { Content = Content?.Invoke() };
        message.Headers.Accept.ParseAdd(MediaTypes.Manifest);
        message.Headers.Accept.ParseAdd("*/*;q=0.5");
        message.Headers.ExpectContinue = message.Content?.Headers.ContentLength > AskBeforeSending;
        if (From > 0)
        {
            message.Headers.Range = new(From, null);
        }

        return message;
    }
}
