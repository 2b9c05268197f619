using System.Net;
using System.Text;
using System.Text.Json;

namespace CrCache.Registries;

/// <summary>Reads answers whose length somebody else decides.</summary>
internal static class RegistryBody
{
    private const int LongestText = 300;

    /// <summary>Reads a body as a whole.</summary>
    /// <exception cref="RegistryCallException">It is longer than the limit.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var body = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (await ReadSomeAsync(stream, buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                if (body.Length + count > limit)
                {
                    throw new RegistryCallException(HttpStatusCode.OK, $"with more than the {limit} bytes that such an answer may have");
                }

                body.Write(buffer, 0, count);
            }

            return body.ToArray();
        }
    }

    /// <summary>Reads what has come of a body.</summary>
    /// <returns>The number of bytes; 0 at the end.</returns>
    /// <exception cref="HttpRequestException">The connection broke.</exception>
    public static async Task<int> ReadSomeAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            // Told apart from a disk that is full, here and nowhere else.
            throw new HttpRequestException(e.Message, e);
        }
    }

    /// <summary>The registry's own words, in one line without control characters: they go to a terminal.</summary>
    public static string ErrorText(byte[] body)
    {
        string? text = null;
        try
        {
            var errors = JsonSerializer.Deserialize(body, RegistryJson.Default.ErrorsModel)?.Errors;
            text = string.Join("; ", errors?.Select(error => error.Message ?? error.Code) ?? []);
        }
        catch (JsonException)
        {
            // A page of a proxy, or nothing.
        }

        text = text is { Length: > 0 } ? text : Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, LongestText)));
        text = string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character)).Trim();
        return text.Length > LongestText ? text[..LongestText] : text;
    }
}
