using System.Xml;
using System.Xml.Linq;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace CrCache.Tasks;

/// <summary>
/// Writes the run settings that load the collector into the test host (the user's own, where there are some, with the collector
/// added), and the file beside the test assembly that says what containers it has: to the collector, and to a host that is given
/// other run settings, or none.
/// </summary>
public sealed class WriteRunSettings : Task
{
    private const string CollectorName =
        "CrCache.TestAdapter.LeaseCollector, CrCache.TestAdapter.Collector, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null";

    // These name places relative to the file that they stand in, which is now another.
    private static readonly string[] s_pathLists = ["ResultsDirectory", "TestAdaptersPaths", "SolutionDirectory", "DotNetHostPath"];

    /// <summary>The file to write, absolute.</summary>
    [Required]
    public string OutputFile { get; set; } = "";

    /// <summary>The test assembly, absolute.</summary>
    [Required]
    public string Source { get; set; } = "";

    /// <summary>The file to write beside the test assembly, absolute.</summary>
    [Required]
    public string SourceSettings { get; set; } = "";

    /// <summary>The user's own file, if any.</summary>
    public string? UserSettings { get; set; }

    /// <summary>The collector's dll, absolute.</summary>
    [Required]
    public string Collector { get; set; } = "";

    /// <summary>The same as for <see cref="StartLease"/>.</summary>
    [Required]
    public string LeaseId { get; set; } = "";

    /// <summary>The checkpoint files; with none, the settings are the user's own, unchanged.</summary>
    public ITaskItem[] Checkpoints { get; set; } = [];

    /// <summary>Where a lease says what it did.</summary>
    [Required]
    public string ReportFile { get; set; } = "";

    /// <summary>The path of <c>crcache</c>, for a test host that was started without a lease.</summary>
    [Required]
    public string Tool { get; set; } = "";

    /// <summary>The <c>dotnet</c> that runs it when it is a dll.</summary>
    [Required]
    public string DotNetHost { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (TryReadUserSettings() is { } root)
        {
            Log.Guard(() => Write(root));
        }

        return !Log.HasLoggedErrors;
    }

    private void Write(XElement root)
    {
        if (Checkpoints.Length > 0)
        {
            FileContent.WriteWhenDifferent(SourceSettings, Settings().ToString());
            GetOrAdd(GetOrAdd(root, "InProcDataCollectionRunSettings"), "InProcDataCollectors").Add(CollectorElement());
        }

        FileContent.WriteWhenDifferent(OutputFile, root.ToString());
    }

    private XElement? TryReadUserSettings()
    {
        try
        {
            return string.IsNullOrEmpty(UserSettings) ? new XElement("RunSettings") : ReadUserSettings(Path.GetFullPath(UserSettings));
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            Log.Error(ErrorCodes.BadRunSettings, $"The run settings cannot be read: {e.Message}", UserSettings);
            return null;
        }
    }

    private static XElement ReadUserSettings(string path)
    {
        var root = XDocument.Load(path).Root!;
        var directory = Path.GetDirectoryName(path)!;
        foreach (var list in root.Elements("RunConfiguration").Elements().Where(IsPathList))
        {
            var parts = list.Value.Split(';').Select(part => part.Contains('%') ? part : Path.Combine(directory, part.Trim()));
            list.Value = string.Join(";", parts);
        }

        return root;
    }

    private static bool IsPathList(XElement element) => s_pathLists.Contains(element.Name.LocalName, StringComparer.OrdinalIgnoreCase);

    private static XElement GetOrAdd(XElement parent, string name)
    {
        var child = parent.Element(name);
        if (child is null)
        {
            child = new XElement(name);
            parent.Add(child);
        }

        return child;
    }

    private XElement CollectorElement() =>
        new("InProcDataCollector",
            new XAttribute("friendlyName", "CrCache"),
            new XAttribute("uri", "InProcDataCollector://CrCache/Lease/1.0"),
            new XAttribute("assemblyQualifiedName", CollectorName),
            new XAttribute("codebase", Collector),
            new XElement("Configuration", new XElement("SettingsFile", SourceSettings)));

    private XElement Settings() =>
        new("CrCache",
            new XElement("Source", Source),
            new XElement("LeaseId", LeaseId),
            new XElement("Collector", Collector),
            new XElement("Tool", Tool),
            new XElement("DotNetHost", DotNetHost),
            new XElement("ReportFile", ReportFile),
            Checkpoints.Select(checkpoint => new XElement("Checkpoint", checkpoint.ItemSpec)));
}
