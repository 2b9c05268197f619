using System.Runtime.Serialization.Json;
using System.Xml;
using System.Xml.Linq;

namespace CrCache.Tasks;

/// <summary>
/// Reads the JSON of <c>crcache</c>: an object is an element with a child for each member, an array one with children named
/// "item". A serializer would cost each test run 30 ms more for its start-up.
/// </summary>
internal static class Json
{
    /// <summary>The document's root; null when the text is not JSON.</summary>
    public static XElement? TryParse(byte[] utf8)
    {
        try
        {
            using var reader = JsonReaderWriterFactory.CreateJsonReader(utf8, XmlDictionaryReaderQuotas.Max);
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>A member that is a string or a number; null when there is none, or it is null or empty.</summary>
    public static string? Member(this XElement value, string name) =>
        value.Element(name)?.Value is { Length: > 0 } text ? text : null;
}
