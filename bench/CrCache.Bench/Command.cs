using System.Diagnostics;

namespace CrCache.Bench;

/// <summary>Programs that are run to their end.</summary>
internal static class Command
{
    private const int LastLines = 20;

    /// <summary>How to start <paramref name="file"/> with all three standard streams redirected.</summary>
    public static ProcessStartInfo Info(string file, params IEnumerable<string> arguments) => new(file, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    /// <summary>How to start <c>dotnet</c>.</summary>
    public static ProcessStartInfo DotNet(params IEnumerable<string> arguments) =>
        Info(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments);

    /// <summary>Runs a program and takes what it says.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message ends with its last lines.</exception>
    public static async Task<string> RunAsync(ProcessStartInfo info, CancellationToken cancellationToken, Stream? input = null)
    {
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await FeedAsync(process, input ?? Stream.Null, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var text = await output;
        if (process.ExitCode != 0)
        {
            var lines = (text + await errors).TrimEnd().Split('\n').TakeLast(LastLines);
            var command = string.Join(' ', info.ArgumentList.Prepend(info.FileName));
            throw new InvalidOperationException($"{command} failed with exit code {process.ExitCode}:\n{string.Join('\n', lines)}");
        }

        return text;
    }

    private static async Task FeedAsync(Process process, Stream input, CancellationToken cancellationToken)
    {
        try
        {
            await input.CopyToAsync(process.StandardInput.BaseStream, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended without reading all of it; its exit code tells why.
        }
    }
}
