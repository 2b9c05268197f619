namespace CrCache.Tests;

/// <summary>What an <see cref="EngineProxy"/> does with a call.</summary>
internal enum EngineFault
{
    /// <summary>It passes.</summary>
    None,

    /// <summary>The engine never hears of it, and nothing is answered.</summary>
    Hang,

    /// <summary>The engine does it, and the end of its answer does not come.</summary>
    HangInAnswer,

    /// <summary>The engine never hears of it, and the connection ends.</summary>
    Cut,

    /// <summary>The engine does it, and the connection ends before its answer does.</summary>
    CutInAnswer,

    /// <summary>The engine never hears of it, and the answer is an error 500.</summary>
    Refuse,

    /// <summary>The engine's answer comes byte by byte, one each second.</summary>
    Drip,
}
