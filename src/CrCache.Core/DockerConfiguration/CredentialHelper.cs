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

    /// <summary>Asks it by its own protocol: the registry on standard input, JSON on standard output.</summary>
    /// <returns>The credentials, or null where it has none.</returns>
    /// <exception cref="CrCacheException">It cannot be started (CRC1009).</exception>
    public static async Task<DockerCredentials?> AskAsync(string helper, string registry, CancellationToken cancellationToken)
    {
        var name = $"docker-credential-{helper}";
        try
        {
            var program = ProgramPath.Find(name) ?? throw new Win32Exception("it is not on the PATH");
            var start = new ProcessStartInfo(program, "get") { RedirectStandardInput = true, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            await process.StandardInput.WriteAsync(registry.AsMemory(), cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
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
        catch (Win32Exception e)
        {
            throw new CrCacheException(
                ErrorCodes.NoCredentials,
                $"Docker's configuration names the credential helper '{name}' for {registry}, which cannot be started: {e.Message}",
                e);
        }
    }
}
