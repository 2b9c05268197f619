using System.Globalization;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Presets;

namespace CrCache.Specs;

/// <summary>Makes a spec of an item: preset, overridden by metadata, with the image found, pulled or built.</summary>
public sealed class SpecResolver(IEngine engine)
{
    private const int DefaultTimeoutSeconds = 120;

    /// <summary>Resolves an item.</summary>
    /// <param name="item">What the user wrote.</param>
    /// <param name="progress">Told when an image is pulled or built.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="CrCacheException">Something in it is wrong (2xxx), or the image is not to be had (CRC1004).</exception>
    public async Task<CheckpointSpec> ResolveAsync(CheckpointItem item, IProgress<string> progress, CancellationToken cancellationToken) =>
        await ResolveAgainAsync(Merge(item), progress, cancellationToken).ConfigureAwait(false);

    /// <summary>Looks up the image of a spec on this engine, where the spec may come from another one.</summary>
    /// <exception cref="CrCacheException">The image is not to be had (CRC1004), or lacks what the spec relies on (CRC2005).</exception>
    public async Task<CheckpointSpec> ResolveAgainAsync(
        CheckpointSpec draft, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var image = await FindImageAsync(draft, progress, cancellationToken).ConfigureAwait(false);
        var spec = draft with { ImageId = image.Id, ImageDigest = image.ContentDigest, Platform = image.Platform, Volumes = image.Volumes };
        spec = spec.Ports.Count > 0 ? spec : spec with { Ports = DefaultPorts(spec, image) };
        spec = spec with { Ready = CompleteReady(spec, image) };
        ConnectionTemplate.Check(spec);
        return spec;
    }

    /// <summary>Looks for what is wrong in an item, as far as that can be seen without an engine.</summary>
    /// <exception cref="CrCacheException">Something is (2xxx).</exception>
    public static void Check(CheckpointItem item) => Merge(item);

    /// <summary>Preset and metadata put together; nothing is asked of the engine.</summary>
    internal static CheckpointSpec Merge(CheckpointItem item)
    {
        var metadata = new ItemMetadata(item);
        var directory = item.Directory ?? Directory.GetCurrentDirectory();
        var preset = FindPreset(item, metadata, directory);
        var dockerfile = metadata.Dockerfile is { } file ? Path.GetFullPath(file, directory) : null;
        if (dockerfile is not null && !File.Exists(dockerfile))
        {
            throw new CrCacheException(
                ErrorCodes.BadMetadata, $"{item.Name}: Dockerfile=\"{metadata.Dockerfile}\": there is no file {dockerfile}.");
        }

        var use = new PresetUse(preset, item.Name);
        var environment = use.Environment(metadata.Environment());
        var ports = metadata.Ports() ?? preset?.Ports.Select(port => new NamedPort(port.Key, port.Value)).ToArray() ?? [];
        var (steps, files) = new SetupResolver(item.Name, directory, preset).Resolve(metadata.Setup, metadata.Files);
        var spec = new CheckpointSpec
        {
            Name = item.Name,
            Preset = preset is null ? null : metadata.Preset ?? item.Name,
            Image = dockerfile is null ? metadata.Image ?? preset!.Image : $"crcache/build:{ImageTag(item.Name)}",
            Dockerfile = dockerfile,
            ImageId = "",
            ImageDigest = "",
            Platform = "",
            Volumes = [],
            Hostname = metadata.Hostname ?? preset?.Hostname ?? HostName(item.Name),
            Ports = ports,
            Environment = environment,
            Command = metadata.Command() ?? preset?.Command,
            Ready = metadata.Ready() ?? use.Ready(ports) ?? new ReadyProbe(),
            Answer = use.Answer(ports),
            Setup = steps,
            Files = files,
            Verify = VerifyOf(metadata, preset),
            MayLose = metadata.Setup is null ? null : MayLose(metadata, preset),
            ConnectionString = metadata.ConnectionString ?? preset?.ConnectionString,
            Uri = FirstOf(ConnectionForm.IsUri, metadata.ConnectionString, preset?.Uri, preset?.ConnectionString),
            Jdbc = FirstOf(ConnectionForm.IsJdbc, metadata.ConnectionString, preset?.Jdbc),
            Account = use.Account(environment),
            Mode = metadata.Mode,
            MaxAge = metadata.MaxAge,
            TimeoutSeconds = metadata.TimeoutSeconds ?? preset?.TimeoutSeconds ?? DefaultTimeoutSeconds,
        };
        if (spec.Ports.Count > 0)
        {
            // What can be known now is said now, before an image is pulled.
            ConnectionTemplate.Check(spec);
        }

        return spec;
    }

    private static string? FirstOf(Predicate<string?> isOne, params IEnumerable<string?> templates) =>
        templates.FirstOrDefault(template => isOne(template));

    private static VerifyCommand? VerifyOf(ItemMetadata metadata, Preset? preset) =>
        metadata.Verify() is { } own ? new VerifyCommand(own, IsOwn: true)
        : preset?.Verify is { } verify ? new VerifyCommand(verify, IsOwn: false)
        : null;

    private static string? MayLose(ItemMetadata metadata, Preset? preset) =>
        metadata.Verify() is not null ? null
        : preset is null ? "nobody knows what its server keeps in memory alone"
        : preset.OnDisk is not { } promise ? "its preset does not say that its server keeps all on disk"
        : promise.Exception(preset.Command, metadata.Command(), metadata.Environment().Select(variable => variable.Key));

    private static Preset? FindPreset(CheckpointItem item, ItemMetadata metadata, string directory)
    {
        var name = metadata.Preset ?? item.Name;
        if (PresetCatalog.Find(name, directory) is { } preset)
        {
            return preset;
        }

        if (metadata.Preset is null && (metadata.Image ?? metadata.Dockerfile) is not null)
        {
            return null;
        }

        throw new CrCacheException(
            ErrorCodes.UnknownPreset,
            $"{item.Name}: there is no preset '{name}'. There are: {string.Join(", ", PresetCatalog.NamesFor(directory))}. "
            + $"For another name write <ContainerCheckpoint Include=\"{item.Name}\" Preset=\"mysql\" />, "
            + "for another image Image=\"name:tag\" or Dockerfile=\"path\" in place of Preset.");
    }

    private static NamedPort[] DefaultPorts(CheckpointSpec spec, EngineImage image) => image.Ports switch
    {
        [var only] => [new NamedPort("tcp", only)],
        _ => throw new CrCacheException(
            ErrorCodes.BadMetadata,
            $"{spec.Name}: say which ports to publish, for instance Ports=\"5432\" or Ports=\"http=8080;admin=9000\"; "
            + $"the image '{spec.Image}' "
            + (image.Ports.Count == 0 ? "declares none." : $"declares {string.Join(", ", image.Ports)}.")),
    };

    // What is left open is taken from the image: its health check, else that its main port accepts a connection.
    private static ReadyProbe CompleteReady(CheckpointSpec spec, EngineImage image)
    {
        var ready = spec.Ready;
        if (ready is { Exec: null, Log: null, Tcp: null, Http: null, Health: null })
        {
            ready = image.HealthCommand is null ? new ReadyProbe { Tcp = "" } : new ReadyProbe { Health = true };
        }

        return ready switch
        {
            { Health: true } => new ReadyProbe
            {
                Exec = image.HealthCommand
                    ?? throw new CrCacheException(
                        ErrorCodes.BadMetadata,
                        $"{spec.Name}: Ready=\"health\" needs a HEALTHCHECK in the image '{spec.Image}', and there is none."),
            },
            { Tcp: { } port } => new ReadyProbe { Tcp = PortName(spec, port) },
            { Http: { } probe } => new ReadyProbe { Http = probe with { Port = PortName(spec, probe.Port) } },
            _ => ready,
        };
    }

    // A name, a number, or nothing for the main port.
    private static string PortName(CheckpointSpec spec, string text)
    {
        var named = text.Length == 0
            ? spec.Ports[0]
            : spec.Ports.FirstOrDefault(port => port.Name == text || port.Number.ToString(CultureInfo.InvariantCulture) == text);
        return named?.Name ?? throw new CrCacheException(
            ErrorCodes.BadMetadata,
            $"{spec.Name}: Ready names the port '{text}', but Ports has only "
            + $"{string.Join(", ", spec.Ports.Select(port => $"{port.Name}={port.Number}"))}.");
    }

    private static string HostName(string item) =>
        string.Concat(item.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')).Trim('-');

    private static string ImageTag(string item) =>
        string.Concat(item.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));

    private async Task<EngineImage> FindImageAsync(CheckpointSpec spec, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (spec.Dockerfile is { } dockerfile)
        {
            progress.Report($"building {Path.GetFileName(dockerfile)}");
            var id = await engine.BuildImageAsync(dockerfile, spec.Image, progress, cancellationToken).ConfigureAwait(false);
            return await engine.FindImageAsync(id, cancellationToken).ConfigureAwait(false)
                ?? throw new CrCacheException(
                    ErrorCodes.ImageNotBuilt, $"{spec.Name}: the image of {dockerfile} was built but is not on the engine.");
        }

        var image = await engine.FindImageAsync(spec.Image, cancellationToken).ConfigureAwait(false);
        if (image is null)
        {
            progress.Report($"pulling {spec.Image}");
            await engine.PullImageAsync(spec.Image, progress, cancellationToken).ConfigureAwait(false);
            image = await engine.FindImageAsync(spec.Image, cancellationToken).ConfigureAwait(false);
        }

        return image ?? throw new CrCacheException(
            ErrorCodes.ImageNotFound, $"{spec.Name}: the image '{spec.Image}' was pulled but is not on the engine.");
    }
}
