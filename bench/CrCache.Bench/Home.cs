using System.Diagnostics;

namespace CrCache.Bench;

/// <summary>A <c>CRCACHE_HOME</c>, and the <c>crcache</c> that it belongs to: another one may have other keys and other files.</summary>
/// <param name="Checkout">The directory of the repository that has built it.</param>
/// <param name="Directory">The store.</param>
internal sealed record Home(string Checkout, string Directory)
{
    // What the package of the SDK carries for Linux, as `pack` has left it.
    private string Tool => Path.Combine(Checkout, "src", "CrCache.Sdk", "obj", "Release", "netstandard2.0", "tools-linux-x64", "crcache");

    /// <summary>How to start that <c>crcache</c> on this store.</summary>
    /// <exception cref="InvalidOperationException">The repository was not packed.</exception>
    public ProcessStartInfo CrCache(params IEnumerable<string> arguments) => File.Exists(Tool)
        ? With(Command.Info(Tool, arguments))
        : throw new InvalidOperationException($"{Checkout} has no crcache: pack it first (./build.cmd pack).");

    /// <summary>How to start <c>dotnet</c> so that a <c>crcache</c> below it uses this store.</summary>
    public ProcessStartInfo DotNet(params IEnumerable<string> arguments) => With(Command.DotNet(arguments));

    /// <summary>Removes what it holds, and what the engine has of it.</summary>
    public async Task ClearAsync()
    {
        if (System.IO.Directory.Exists(Directory))
        {
            await Command.RunAsync(CrCache("remove", "--all"), CancellationToken.None);
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    private ProcessStartInfo With(ProcessStartInfo info)
    {
        info.Environment["CRCACHE_HOME"] = Directory;
        return info;
    }
}
