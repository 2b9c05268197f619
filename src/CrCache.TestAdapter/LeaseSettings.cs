using System.Xml;
using System.Xml.Linq;

namespace CrCache.TestAdapter;

/// <summary>
/// What a build says about the containers of one test assembly. It stands beside the assembly, in <c>ASSEMBLY.crcache.xml</c>; the
/// run settings name that file for the case that the assembly was copied from there.
/// </summary>
internal sealed class LeaseSettings
{
    private const string FileExtension = ".crcache.xml";

    private LeaseSettings(string file, XElement content)
    {
        Source = Required(file, content, "Source");
        LeaseId = Required(file, content, "LeaseId");
        Tool = Required(file, content, "Tool");
        DotNetHost = Required(file, content, "DotNetHost");
        ReportFile = Required(file, content, "ReportFile");
        Checkpoints = [.. content.Elements("Checkpoint").Select(element => element.Value)];
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
    /// <exception cref="LeaseException">It cannot be read, or something is missing in it (CRC5005).</exception>
    public static LeaseSettings Load(string file)
    {
        try
        {
            return new LeaseSettings(file, XElement.Load(file));
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            throw new LeaseException("CRC5005", $"{file} cannot be read: {e.Message} Build the project again");
        }
    }

    /// <summary>
    /// The settings of the assembly under test, or null when it has no containers. Several assemblies may be tested with one
    /// file of run settings: what stands beside the assembly is its own in any case.
    /// </summary>
    /// <param name="sources">The assemblies that this host tests; empty when that is not known.</param>
    /// <param name="configuration">The collector's <c>Configuration</c> element.</param>
    /// <exception cref="LeaseException">They cannot be read (CRC5005).</exception>
    public static LeaseSettings? Find(IReadOnlyCollection<string> sources, string configuration)
    {
        if (sources.Select(FileOf).FirstOrDefault(File.Exists) is { } beside)
        {
            return Load(beside);
        }

        var named = NamedFile(configuration);
        var name = Path.GetFileName(named);
        return sources.Count == 0 || sources.Any(source => Path.GetFileName(FileOf(source)) == name) ? Load(named) : null;
    }

    private static string FileOf(string source) => Path.ChangeExtension(source, FileExtension);

    private static string NamedFile(string configuration)
    {
        try
        {
            return Required("the run settings", XElement.Parse(configuration), "SettingsFile");
        }
        catch (XmlException e)
        {
            throw new LeaseException("CRC5005", $"the run settings cannot be read: {e.Message} Build the project again");
        }
    }

    private static string Required(string place, XElement content, string name) =>
        content.Element(name)?.Value ?? throw new LeaseException("CRC5005", $"{place}: there is no {name}; build the project again");
}
