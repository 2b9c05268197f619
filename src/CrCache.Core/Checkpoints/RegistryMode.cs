namespace CrCache.Checkpoints;

/// <summary>What is done with a team's registry.</summary>
public enum RegistryMode
{
    /// <summary>Checkpoints are taken from it.</summary>
    Pull,

    /// <summary>Checkpoints are taken from it, and those that are made here go there.</summary>
    Push,

    /// <summary>Nothing.</summary>
    Off,
}
