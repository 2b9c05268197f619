using System.Reflection;

namespace CrCache.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = Metadata("RepositoryRoot");

    /// <summary>What it was built as: <c>Release</c>, <c>Debug</c>.</summary>
    public static string Configuration { get; } = Metadata("Configuration");

    /// <summary>The executable crcache as it was built, with its own dependencies beside it.</summary>
    public static string Tool { get; } = In("src", "CrCache.Cli", "bin", Configuration, "net10.0", "crcache.dll");

    /// <summary>A path in it.</summary>
    public static string In(params string[] names) => Path.Combine([Root, .. names]);

    private static string Metadata(string key) => typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
