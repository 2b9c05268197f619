namespace CrCache.Chaos;

/// <summary>One way of breaking something while it is in use.</summary>
internal interface IBlow
{
    /// <summary>What it is called in the output.</summary>
    string Name { get; }

    /// <summary>How many of a hundred blows are of this kind.</summary>
    int Weight { get; }

    /// <summary>Strikes, and puts back what no user would have to: an engine that runs, programs that are there, room on a disk.</summary>
    Task StrikeAsync(Field field, Strike strike);
}
