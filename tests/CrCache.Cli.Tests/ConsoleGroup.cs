namespace CrCache.Cli.Tests;

/// <summary>Tests that look at what is written to the console, or set variables: there is only one of each in a process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ConsoleGroup : ICollectionFixture<ConsoleGroup.Home>
{
    public const string Name = "the console";

    /// <summary>A store of its own, and no settings of the machine's.</summary>
    public sealed class Home : IDisposable
    {
        private static readonly string[] s_variables =
        [
            "CRCACHE_HOME", "CRCACHE_REGISTRY", "CRCACHE_REGISTRY_MODE", "CRCACHE_REGISTRY_TRUST", "CRCACHE_REGISTRY_KEY",
        ];
        private readonly string?[] _before = s_variables.Select(Environment.GetEnvironmentVariable).ToArray();

        public Home()
        {
            Array.ForEach(s_variables, variable => Environment.SetEnvironmentVariable(variable, null));
            Environment.SetEnvironmentVariable("CRCACHE_HOME", Folder);
        }

        /// <summary>Where the store is.</summary>
        public string Folder { get; } = Directory.CreateTempSubdirectory("crcache cli ").FullName;

        public void Dispose()
        {
            foreach (var (variable, value) in s_variables.Zip(_before))
            {
                Environment.SetEnvironmentVariable(variable, value);
            }

            Directory.Delete(Folder, recursive: true);
        }
    }
}
