using System.Text.Json;
using DotNet.Testcontainers.Containers;

namespace CrCache.Bench.Testcontainers;

/// <summary>
/// Starts containers as a test suite that uses Testcontainers would. It runs for as long as its standard input is open and takes one
/// JSON object a line: <c>{"start":"mysql","image":"mysql:9","labels":{…}}</c> answers <c>{"port":49153}</c>, and <c>{"stop":true}</c>
/// removes that container and answers <c>{}</c>. What goes wrong is answered as <c>{"error":"…"}</c>.
/// </summary>
internal static class Program
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    private static async Task Main()
    {
        IContainer? container = null;
        while (await Console.In.ReadLineAsync() is { } line)
        {
            object answer;
            try
            {
                var request = JsonSerializer.Deserialize<Request>(line, Format)!;
                if (request.Start is { } server)
                {
                    container = Containers.Build(server, request.Image!, request.Labels!);
                    await container.StartAsync();
                    answer = new { Port = container.GetMappedPublicPort() };
                }
                else
                {
                    await RemoveAsync(container);
                    (container, answer) = (null, new { });
                }
            }
            catch (Exception e)
            {
                // Whatever it is, the benchmark is told, and says it.
                answer = new { Error = e.Message };
            }

            Console.WriteLine(JsonSerializer.Serialize(answer, Format));
        }

        await RemoveAsync(container);
    }

    private static ValueTask RemoveAsync(IContainer? container) => container?.DisposeAsync() ?? ValueTask.CompletedTask;

    private sealed record Request(string? Start, string? Image, Dictionary<string, string>? Labels);
}
