namespace CrCache.Tests;

/// <summary>What a machine may lack that a test needs. Some have others within them.</summary>
[Flags]
public enum Need
{
    /// <summary>Nothing but the programs that are named.</summary>
    None = 0,

    /// <summary>A container engine that answers.</summary>
    Engine = 1 << 0,

    /// <summary>That a second engine can be made from our own (<see cref="IncompleteEngine"/>).</summary>
    SecondEngine = Engine | (1 << 1),

    /// <summary>What the tests on another of our engines have left (<see cref="CrCache.Tests.OtherEngine"/>).</summary>
    OtherEngine = SecondEngine | (1 << 2),

    /// <summary>That the processes of the engine's containers are this machine's, and open to us.</summary>
    ContainerProcesses = Engine | (1 << 3),

    /// <summary>Debian's docker-registry.</summary>
    Registry = 1 << 4,

    /// <summary>Linux, whose programs differ from those of the same name elsewhere.</summary>
    Linux = 1 << 5,

    /// <summary>Root on Linux: to mount, to become another user.</summary>
    Root = Linux | (1 << 6),

    /// <summary>The command as machine code, which the packages have for one system.</summary>
    MachineCode = 1 << 7,
}
