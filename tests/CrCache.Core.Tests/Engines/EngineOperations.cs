using CrCache.Engines;
using CrCache.Names;

namespace CrCache.Core.Tests.Engines;

/// <summary>All that an engine can be asked for.</summary>
internal static class EngineOperations
{
    private static readonly Dictionary<string, string> None = [];
    private static readonly string Id = new('a', 64);

    private static readonly Dictionary<string, Func<IEngine, string, Task>> Operations = new()
    {
        ["info"] = (engine, _) => engine.GetInfoAsync(default),
        ["components"] = (engine, _) => engine.GetComponentsAsync(default),
        ["find image"] = (engine, _) => engine.FindImageAsync("image:1", default),
        ["pull"] = (engine, _) => engine.PullImageAsync("image:1", new Progress<string>(), default),
        ["build"] = (engine, folder) =>
            engine.BuildImageAsync(Path.Combine(folder, "Dockerfile"), "built:1", new Progress<string>(), default),
        ["import"] = (engine, _) => engine.ImportImageAsync(new MemoryStream(new byte[1024]), "imported:1", None, default),
        ["list untagged images"] = (engine, _) => engine.ListUntaggedImagesAsync("crcache.image.store", default),
        ["list volumes"] = (engine, _) => engine.ListUnusedVolumesAsync("crcache.owner", default),
        ["remove volume"] = (engine, _) => engine.RemoveVolumeAsync("v", default),
        ["list images"] = (engine, _) => engine.ListImagesAsync("crcache/checkpoint", default),
        ["remove image"] = (engine, _) => engine.RemoveImageAsync("image:1", default),
        ["commit"] = (engine, _) => engine.CommitAsync(Id, "committed", "1", None, default),
        ["read layers"] = (engine, folder) => engine.ReadLayersAsync(
            "image:1", new Dictionary<string, string> { [Digest.Of([])] = Path.Combine(folder, "layer.tar") }, default),
        ["add layers"] = (engine, folder) =>
            engine.AddLayersAsync("image:1", [Path.Combine(folder, "Dockerfile")], "added:1", None, default),
        ["create"] = (engine, _) =>
            engine.CreateContainerAsync(new ContainerDefinition { Name = "a", Image = "image:1", Labels = None }, default),
        ["start"] = (engine, _) => engine.StartContainerAsync(Id, default),
        ["signal"] = (engine, _) => engine.SignalContainerAsync(Id, 39, default),
        ["stop"] = (engine, _) => engine.StopContainerAsync(Id, TimeSpan.FromSeconds(1), default),
        ["wait"] = (engine, _) => engine.WaitForExitAsync(Id, default),
        ["find container"] = (engine, _) => engine.FindContainerAsync(Id, default),
        ["list containers"] = (engine, _) => engine.ListContainersAsync("crcache", default),
        ["list containers of an image"] = (engine, _) => engine.ListContainersOfAsync("image:1", default),
        ["remove container"] = (engine, _) => engine.RemoveContainerAsync(Id, default),
        ["log"] = (engine, _) => engine.GetLogAsync(Id, 10, default),
        ["disconnect"] = (engine, _) => engine.DisconnectContainerAsync(Id, default),
        ["exec"] = (engine, _) => engine.ExecAsync(Id, ["true"], TimeSpan.FromSeconds(20), default),
        ["read archive"] = async (engine, _) =>
        {
            await using var tar = await engine.ReadArchiveAsync(Id, "/a", default);
            await tar.CopyToAsync(Stream.Null);
        },
        ["write archive"] = (engine, _) => engine.WriteArchiveAsync(Id, "/a", new MemoryStream(new byte[1024]), default),
    };

    /// <summary>The names of all.</summary>
    public static IEnumerable<string> Names => Operations.Keys;

    /// <summary>Of these the engine's answer has nothing that is read.</summary>
    public static string[] Silent { get; } =
        ["start", "signal", "stop", "remove container", "remove volume", "disconnect", "write archive"];

    /// <summary>Asks for it.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="folder">A folder with a Dockerfile.</param>
    public static Task RunAsync(string operation, IEngine engine, string folder) => Operations[operation](engine, folder);

    /// <summary>Enough of an answer for the call before the one that matters.</summary>
    public static EngineAnswer Before(string call) => call switch
    {
        "GET /images/image:1/json" => EngineAnswer.Of(
            """{"Id":"sha256:1","Os":"linux","Architecture":"amd64","RootFS":{"Layers":["sha256:2"]}}"""),
        _ => EngineAnswer.Of("{}"),
    };
}
