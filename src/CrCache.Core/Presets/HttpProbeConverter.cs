using System.Text.Json;
using System.Text.Json.Serialization;

namespace CrCache.Presets;

/// <summary>A probe is a string in JSON, as a user writes it.</summary>
internal sealed class HttpProbeConverter : JsonConverter<HttpProbe>
{
    public override HttpProbe Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        HttpProbe.Parse(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, HttpProbe value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
