using System.Text;
using CrCache.Tar;

namespace CrCache.Core.Tests.Tar;

/// <summary>A member of a tar with its content.</summary>
internal sealed record TarFile(TarMember Member, byte[] Content)
{
    public static TarFile Of(string name, TarType type = TarType.File, string link = "", string content = "") =>
        new(new TarMember { Name = name, Type = type, LinkName = link, Size = content.Length }, Encoding.Latin1.GetBytes(content));

    public static async Task<byte[]> WriteAsync(IEnumerable<TarFile> files)
    {
        using var tar = new MemoryStream();
        var writer = new TarWriter(tar);
        foreach (var (member, content) in files)
        {
            await writer.WriteAsync(member, new MemoryStream(content), default);
        }

        await writer.FinishAsync(default);
        return tar.ToArray();
    }

    public static async Task<List<TarFile>> ReadAsync(byte[] tar)
    {
        var files = new List<TarFile>();
        var reader = new TarReader(new MemoryStream(tar));
        while (await reader.NextAsync(default) is { } member)
        {
            using var content = new MemoryStream();
            await reader.Content.CopyToAsync(content);

            // As a writer takes it, which puts the slash there.
            var name = member.Type == TarType.Directory ? member.Name.TrimEnd('/') : member.Name;
            files.Add(new TarFile(member with { Name = name }, content.ToArray()));
        }

        return files;
    }

    /// <summary>All of it as text: equal for equal members.</summary>
    public override string ToString()
    {
        var (m, attributes) = (
            Member,
            Member.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => $"{pair.Key}={Convert.ToHexString(pair.Value)}"));
        return $"{m.Type} '{m.Name}' -> '{m.LinkName}' {m.Mode} {m.Uid}:{m.Gid} {m.Size} {m.Modified} {m.DeviceMajor}/{m.DeviceMinor} "
            + $"[{string.Join(' ', attributes)}] {Convert.ToHexString(Content)}";
    }
}
