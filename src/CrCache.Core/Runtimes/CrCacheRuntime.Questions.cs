using System.Globalization;
using System.Text.RegularExpressions;
using CrCache.Diagnostics;
using CrCache.Engines;

namespace CrCache.Runtimes;

/// <summary>What it is asked: each time by a container that it does not create, whose error is the answer.</summary>
internal static partial class CrCacheRuntime
{
    private const string RemoveVariable = "CRCACHE_REMOVE";
    private const string ListVariable = "CRCACHE_LIST";
    private const string VersionsVariable = "CRCACHE_VERSIONS";
    private static readonly string s_beforeAll = new('0', 64);

    /// <summary>Deletes a dump; one that is not there is no error.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="image">An image that the engine should have: the runtime is asked by way of a container that never comes to be.</param>
    /// <param name="dump">The dump's key.</param>
    /// <param name="labels">The labels of that container.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where the engine does not know the runtime (any more): what it has kept there, nobody can remove.</returns>
    /// <exception cref="CrCacheException">The runtime is there and could not do it (CRC1002).</exception>
    public static async Task<bool> RemoveDumpAsync(
        IEngine engine, string image, string dump, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var question = AboutDumps(RemoveVariable, dump, labels);
        if (await AskIfKnownAsync(engine, image, question, cancellationToken).ConfigureAwait(false) is not { } answer)
        {
            return false;
        }

        // That is the runtime's way of saying yes: there is nothing to create.
        return answer.Message.Contains($"removed {dump}", StringComparison.Ordinal) ? true : throw answer;
    }

    /// <summary>The dumps that lie on an engine's machine, whoever made them; none that is being made.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="image">An image that the engine should have.</param>
    /// <param name="labels">The labels of the container that never comes to be.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>In the order of their keys; null where the runtime is not there, or is an older one that cannot say.</returns>
    /// <exception cref="CrCacheException">The engine does not answer.</exception>
    public static async Task<IReadOnlyList<DumpOnEngine>?> ListDumpsAsync(
        IEngine engine, string image, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var dumps = new List<DumpOnEngine>();
        for (var more = true; more;)
        {
            var question = AboutDumps(ListVariable, dumps.Count > 0 ? dumps[^1].Id : s_beforeAll, labels);
            var answer = await AskIfKnownAsync(engine, image, question, cancellationToken).ConfigureAwait(false);
            var page = Page().Match(answer?.Message ?? "");
            if (!page.Success)
            {
                return null;
            }

            dumps.AddRange(page.Groups["dump"].Captures.Select(dump => dump.Value.Split(':')).Select(dump =>
                new DumpOnEngine(dump[0], long.Parse(dump[1], NumberStyles.None, CultureInfo.InvariantCulture))));
            more = page.Groups["more"].Success && page.Groups["dump"].Success;
        }

        return dumps;
    }

    /// <summary>The versions of CRIU and runc as the runtime finds them, or null where an older runtime cannot say.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="image">An image that the engine should have.</param>
    /// <param name="labels">The labels of the container that never comes to be.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<RuntimeVersions?> AskVersionsAsync(
        IEngine engine, string image, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(engine, image, Question(VersionsVariable, "1", labels), cancellationToken).ConfigureAwait(false);
        var match = Versions().Match(answer?.Message ?? "");
        return match.Success ? new RuntimeVersions(Found(match.Groups[1].Value), Found(match.Groups[2].Value)) : null;

        static string? Found(string version) => version == "none" ? null : version;
    }

    // It answers such a question only where the dumps are mounted: whoever may mount them may delete them anyway.
    private static ContainerDefinition AboutDumps(string variable, string value, IReadOnlyDictionary<string, string> labels) =>
        Question(variable, value, labels) with { Mounts = DumpTransfer.Mounts };

    private static ContainerDefinition Question(string variable, string value, IReadOnlyDictionary<string, string> labels) => new()
    {
        Name = $"crcache-ask-{Guid.NewGuid():N}",
        Image = "",
        Labels = labels,
        Runtime = Name,
        Command = ["never-started"],
        Environment = new Dictionary<string, string> { [variable] = value },
        Network = false,
    };

    // Null where the engine does not know the runtime, or the container came to be: it has not understood the question.
    private static async Task<CrCacheException?> AskIfKnownAsync(
        IEngine engine, string image, ContainerDefinition question, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(engine, image, question, cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.EngineCallFailed)
        {
            var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
            if (IsRegistered(info))
            {
                throw;
            }

            return null;
        }
    }

    // Somebody may have removed the image that a dump belongs to; the dump is there all the same.
    private static async Task<CrCacheException?> AskAsync(
        IEngine engine, string image, ContainerDefinition question, CancellationToken cancellationToken)
    {
        try
        {
            var volumes = await VolumesOfAsync(engine, image, cancellationToken).ConfigureAwait(false);
            return await AskAsync(engine, question with { Image = image, Volumes = volumes }, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageMissingException)
        {
            return await TrialImage.UseAsync(
                engine,
                trial => AskAsync(engine, question with { Image = trial }, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
    }

    // An engine makes them also for a container that never starts. They are to carry its owner, but no question fails for that.
    private static async Task<IReadOnlyList<string>> VolumesOfAsync(IEngine engine, string image, CancellationToken cancellationToken)
    {
        try
        {
            return (await engine.FindImageAsync(image, cancellationToken).ConfigureAwait(false))?.Volumes ?? [];
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.EngineCallFailed)
        {
            return [];
        }
    }

    // A container that is created and started only for the error that the runtime answers with.
    private static async Task<CrCacheException?> AskAsync(IEngine engine, ContainerDefinition question, CancellationToken cancellationToken)
    {
        var id = await engine.CreateContainerAsync(question, cancellationToken).ConfigureAwait(false);
        try
        {
            await engine.StartContainerAsync(id, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.EngineCallFailed)
        {
            return e;
        }
        finally
        {
            await engine.RemoveContainerAsync(id, CancellationToken.None).ConfigureAwait(false);
        }
    }

    [GeneratedRegex("versions criu=([^ ]+) runc=([^ :]+)")]
    private static partial Regex Versions();

    [GeneratedRegex("dumps(?: (?<dump>[0-9a-f]{64}:[0-9]+))* (?:end|(?<more>more))")]
    private static partial Regex Page();
}
