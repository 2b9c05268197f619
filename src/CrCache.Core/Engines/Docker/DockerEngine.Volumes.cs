using System.Globalization;
using Docker.DotNet.Models;

namespace CrCache.Engines.Docker;

internal sealed partial class DockerEngine
{
    public Task<IReadOnlyList<VolumeSummary>> ListUnusedVolumesAsync(string label, CancellationToken cancellationToken)
    {
        var parameters = new VolumesListParameters { Filters = Filters(("dangling", "true"), ("label", label)) };
        return _connection.CallAsync<IReadOnlyList<VolumeSummary>>(
            Question("list its volumes"),
            async (client, token) =>
            {
                var rows = (await client.Volumes.ListAsync(parameters, token).ConfigureAwait(false)).Volumes;
                return rows?.Select(Summary).ToArray() ?? []; // 20.10 says null for none
            },
            cancellationToken);
    }

    public Task RemoveVolumeAsync(string name, CancellationToken cancellationToken) => RemoveAsync(
        Work($"remove the volume {name}"),
        (client, token) => client.Volumes.RemoveAsync(name, force: false, token),
        cancellationToken);

    private static VolumeSummary Summary(VolumeResponse row) => new(
        row.Name,
        DateTimeOffset.TryParse(row.CreatedAt, CultureInfo.InvariantCulture, out var created) ? created : DateTimeOffset.MaxValue,
        row.Labels?.AsReadOnly() ?? new Dictionary<string, string>().AsReadOnly());
}
