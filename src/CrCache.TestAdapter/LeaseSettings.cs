using System.Xml.Linq;

namespace CrCache.TestAdapter;

/// <summary>What the generated run settings tell the collector.</summary>
internal sealed class LeaseSettings
{
    private LeaseSettings(XElement configuration)
    {
        LeaseId = Required(configuration, "LeaseId");
        Tool = Required(configuration, "Tool");
        DotNetHost = Required(configuration, "DotNetHost");
        ReportFile = Required(configuration, "ReportFile");
        Checkpoints = [.. configuration.Elements("Checkpoint").Select(element => element.Value)];
    }

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

    /// <summary>Reads the collector's <c>Configuration</c> element.</summary>
    public static LeaseSettings Parse(string configuration) => new(XElement.Parse(configuration));

    private static string Required(XElement configuration, string name) =>
        configuration.Element(name)?.Value
        ?? throw new LeaseException("CRC5005", $"the run settings lack {name}; build the project again");
}
