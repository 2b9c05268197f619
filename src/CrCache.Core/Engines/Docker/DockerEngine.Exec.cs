using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace CrCache.Engines.Docker;

internal sealed partial class DockerEngine
{
    public async Task<ExecResult> ExecAsync(string id, ContainerCommand command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using var output = new MemoryStream();
        try
        {
            var exitCode = await _connection.CallAsync(
                EngineCall.Endless($"run {command.Words[0]} in a container"),
                (client, token) => ExecAsync(client, id, command, output, token),
                limit.Token).ConfigureAwait(false);
            return new ExecResult(exitCode, Text(output));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ExecResult(null, Text(output));
        }
    }

    // What came before an exception is in the output.
    private static async Task<int> ExecAsync(
        DockerClient client, string id, ContainerCommand command, MemoryStream output, CancellationToken cancellationToken)
    {
        var parameters = new ContainerExecCreateParameters
        {
            AttachStdout = true,
            AttachStderr = true,
            Cmd = [.. command.Words],
            WorkingDir = command.Directory!,
            User = command.User!,
        };
        var exec = await client.Exec.CreateContainerExecAsync(id, parameters, cancellationToken).ConfigureAwait(false);
        var start = new ContainerExecStartParameters();
        using (var stream = await client.Exec.StartContainerExecAsync(exec.ID, start, cancellationToken).ConfigureAwait(false))
        {
            await stream.CopyOutputToAsync(Stream.Null, output, output, cancellationToken).ConfigureAwait(false);
        }

        // The stream can end a moment before the engine has noted the exit code.
        while (true)
        {
            var state = await client.Exec.InspectContainerExecAsync(exec.ID, cancellationToken).ConfigureAwait(false);
            if (!state.Running && state.ExitCode is { } exitCode)
            {
                return (int)exitCode;
            }

            await Task.Delay(5, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Text(MemoryStream output) => Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
}
