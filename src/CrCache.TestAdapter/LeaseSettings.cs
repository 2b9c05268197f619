using System.Xml.Linq;

namespace CrCache.TestAdapter;

/// <summary>
/// What a build says about the containers of one test assembly. It stands in the run settings, and beside the assembly for
/// hosts that are given other run settings, another project's, or none.
/// </summary>
internal sealed class LeaseSettings
{
    private const string FileExtension = ".crcache.xml";

    private LeaseSettings(XElement configuration)
    {
        Source = Required(configuration, "Source");
        LeaseId = Required(configuration, "LeaseId");
        Tool = Required(configuration, "Tool");
        DotNetHost = Required(configuration, "DotNetHost");
        ReportFile = Required(configuration, "ReportFile");
        Checkpoints = [.. configuration.Elements("Checkpoint").Select(element => element.Value)];
    }

    /// <summary>The test assembly.</summary>
    public string Source { get; }

    /// <summary>Names the variable of a lease that the build has started.</summary>
    public string LeaseId { get; }

    /// <summary>The path of <c>crcache</c>.</summary>
    public string Tool { get; }

    /// <summary>The <c>dotnet</c> that runs it when it is a dll.</summary>
    public string DotNetHost { get; }

    /// <summary>Where a lease says what it did.</summary>
    public string ReportFile { get; }

    /// <summary>The checkpoint files.</summary>
    public IReadOnlyList<string> Checkpoints { get; }

    /// <summary>Reads the file beside a test assembly.</summary>
    public static LeaseSettings Load(string file) => new(XElement.Load(file));

    /// <summary>
    /// The settings of the assembly under test, or null when it has no containers. Several assemblies may be tested with one
    /// file of run settings: what stands beside the assembly is its own in any case.
    /// </summary>
    /// <param name="sources">The assemblies that this host tests; empty when that is not known.</param>
    /// <param name="configuration">The collector's <c>Configuration</c> element.</param>
    public static LeaseSettings? Find(IReadOnlyCollection<string> sources, string configuration)
    {
        foreach (var file in sources.Select(source => Path.ChangeExtension(source, FileExtension)).Where(File.Exists))
        {
            return Load(file);
        }

        var settings = new LeaseSettings(XElement.Parse(configuration));
        var name = Path.GetFileName(settings.Source);
        return sources.Count == 0 || sources.Any(source => Path.GetFileName(source) == name) ? settings : null;
    }

    private static string Required(XElement configuration, string name) =>
        configuration.Element(name)?.Value
        ?? throw new LeaseException("CRC5005", $"the settings of the test run lack {name}; build the project again");
}
