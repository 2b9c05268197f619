using System.Runtime.InteropServices;
using CrCache.Files;

namespace CrCache.Store;

/// <summary>
/// Where in the code a failure happened that nobody has foreseen: one file, of the last one, which its user adds to a report.
/// </summary>
public static class DefectFile
{
    private const string Name = "last-defect.txt";

    /// <summary>Writes it, for its owner only: a message may hold what is nobody else's business.</summary>
    /// <returns>Its path; null where it cannot be written, which is not what matters then.</returns>
    public static string? TryWrite(Exception failure)
    {
        try
        {
            var path = Path.Combine(new StoreDirectory(StoreDirectory.DefaultRoot()).Create(""), Name);
            PrivateFile.Replace(path, stream =>
            {
                using var writer = new StreamWriter(stream);
                writer.WriteLine($"crcache {typeof(DefectFile).Assembly.GetName().Version?.ToString(3)}");
                writer.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}");
                writer.WriteLine(RuntimeInformation.FrameworkDescription);
                writer.WriteLine(failure);
            });
            return path;
        }
        catch (Exception)
        {
            return null;
        }
    }
}
