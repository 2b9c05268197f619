using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using CrCache.Diagnostics;
using CrCache.Shared;

namespace CrCache.DockerConfiguration;

/// <summary>A program that keeps credentials for docker: <c>docker-credential-NAME</c>.</summary>
internal static class CredentialHelper
{
    // What a helper gives as the user's name when the secret is a token.
    private const string TokenUser = "<token>";

    /// <summary>How long it may take: it may ask its user for a password.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Asks it by its own protocol: the registry on standard input, JSON on standard output.</summary>
    /// <param name="helper">Its name.</param>
    /// <param name="registry">The registry.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The credentials, or null where it has none.</returns>
    /// <exception cref="CrCacheException">It cannot be started, or does not answer (CRC1009).</exception>
    public static async Task<DockerCredentials?> AskAsync(
        string helper, string registry, TimeSpan limit, CancellationToken cancellationToken)
    {
        var name = $"docker-credential-{helper}";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(limit);
        try
        {
            var program = ProgramPath.Find(name) ?? throw new Win32Exception("it is not on the PATH");
            var start = new ProcessStartInfo(program, "get") { RedirectStandardInput = true, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            using var end = patience.Token.Register(() => End(process));
            await process.StandardInput.WriteAsync(registry.AsMemory(), patience.Token).ConfigureAwait(false);
            process.StandardInput.Close();
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                // Its way of saying that it has none; the pull is tried without.
                return null;
            }

            using var answer = JsonDocument.Parse(output);
            var root = answer.RootElement.AsNullable();
            var user = root.Text("Username") ?? "";
            return new DockerCredentials(registry, user, root.Text("Secret") ?? "", IsToken: user == TokenUser, name);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CrCacheException(
                ErrorCodes.NoCredentials,
                $"The credential helper '{name}' of docker's configuration has not answered for {limit.TotalSeconds:0} s, asked for "
                + $"{registry}. See what it waits for: `echo {registry} | {name} get`.",
                e);
        }
        catch (Win32Exception e)
        {
            throw new CrCacheException(
                ErrorCodes.NoCredentials,
                $"Docker's configuration names the credential helper '{name}' for {registry}, which cannot be started: {e.Message}",
                e);
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }
    }
}
