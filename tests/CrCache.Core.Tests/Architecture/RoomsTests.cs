namespace CrCache.Core.Tests.Architecture;

/// <summary>Core's folders use each other in one direction, which docs/how-it-works.md says.</summary>
public sealed class RoomsTests
{
    private static readonly Lazy<IReadOnlyList<Use>> s_uses = new(Use.InCore);

    private static Rooms Documented => Rooms.Read(File.ReadAllText(Repository.In("docs", "how-it-works.md")).ReplaceLineEndings("\n"));

    [Fact]
    public void Each_folder_is_a_room_of_the_documentation()
    {
        var folders = SourceFile.All.Select(file => file.Path.Split('/')).Where(parts => parts is ["src", "CrCache.Core", ..])
            .Select(parts => parts[2]).Distinct();
        Assert.Equal(Documented.Names.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_uses_only_what_is_below_it()
    {
        var rooms = Documented;
        Findings.None(s_uses.Value
            .Where(use => RoomOf(use.From) != RoomOf(use.To) && !rooms.MayUse(RoomOf(use.From), RoomOf(use.To)))
            .Select(use => use.ToString()));
    }

    [Fact]
    public void No_two_folders_need_each_other()
    {
        var pairs = s_uses.Value.Select(use => (use.From, use.To)).ToHashSet();
        Findings.None(s_uses.Value.Where(use => pairs.Contains((use.To, use.From))).Select(use => use.ToString()));
    }

    [Fact]
    public void What_is_used_is_seen()
    {
        // A call, a constant and a type that is only named: what each test above rests on.
        var uses = s_uses.Value;
        Assert.Contains(uses, use => use is { From: "Leases", To: "Specs" });
        Assert.Contains(uses, use => use is { To: "Diagnostics", Type: "ErrorCodes" });
        Assert.Contains(uses, use => use is { To: "Engines", Type: "IEngine" });
    }

    [Fact]
    public void A_line_names_rooms_of_one_level()
    {
        var rooms = Rooms.Read(
            "# Other\n```\nNot this\n```\n## The rooms of Core\nFrom the top down.\n```\nTop  what people see\nLeft, Right\nDown Under  "
            + " both\n```\n");
        Assert.Equal(["Top", "Left", "Right", "Down", "Under"], rooms.Names);
        Assert.True(rooms.MayUse("Top", "Under") && rooms.MayUse("Left", "Down"));
        Assert.False(rooms.MayUse("Left", "Right") || rooms.MayUse("Down", "Top") || rooms.MayUse("Top", "Unknown"));
    }

    private static string RoomOf(string folder) => folder.Split('/')[0];
}
