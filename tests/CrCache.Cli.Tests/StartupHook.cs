#pragma warning disable CA1050 // .NET looks for this name, in no namespace.

/// <summary>What <see cref="CrCache.Cli.Tests.DefectProcessTests"/> has .NET run in the process of crcache before its Main.</summary>
internal static class StartupHook
{
    /// <summary>Words of its failure.</summary>
    public const string Message = "on a thread of its own";

    /// <summary>The variable that names the file by which crcache is seen to be at work.</summary>
    public const string Variable = "CRCACHE_TEST_FAILS_AT";

    /// <summary>Starts a thread that fails while crcache is at work.</summary>
    public static void Initialize() => new Thread(() =>
    {
        while (!File.Exists(Environment.GetEnvironmentVariable(Variable)))
        {
            Thread.Sleep(TimeSpan.FromMilliseconds(10));
        }

        throw new InvalidTimeZoneException(Message);
    }).Start();
}
