using System.Diagnostics;
using System.Globalization;
using CrCache.Diagnostics;
using CrCache.Store;

namespace CrCache.Core.Tests.Store;

/// <summary>A second process that adds archives to a store: this assembly, started as a program.</summary>
internal static class StoreProcess
{
    /// <summary>Printed once half of the archive is written, and the rest never will be.</summary>
    public const string HalfWritten = "half";

    /// <summary>Starts one.</summary>
    /// <param name="by">A command that is given the command line, such as <c>setpriv</c>; empty for none.</param>
    /// <param name="root">The store.</param>
    /// <param name="arguments"><c>add SIZE BUDGET KEY...</c>, <c>hang KEY</c> or <c>lock NAME</c>.</param>
    public static Process Start(string[] by, string root, params string[] arguments)
    {
        string[] line = [.. by, "dotnet", typeof(StoreProcess).Assembly.Location, root, .. arguments];
        return Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true })!;
    }

    private static async Task<int> Main(string[] arguments)
    {
        try
        {
            await (arguments[1] == "lock" ? LockAsync(arguments[0], arguments[2])
                : arguments[1] == "hang" ? HangAsync(arguments[0], arguments[2])
                : AddAsync(arguments[0], arguments[2], arguments[3], arguments[4..]));
            return 0;
        }
        catch (CrCacheException e)
        {
            Console.WriteLine($"{e.Code} {e.Message}");
        }
        catch (Exception e)
        {
            Console.WriteLine(e);
        }

        return 1;
    }

    private static async Task AddAsync(string root, string size, string budget, string[] keys)
    {
        var store = TestArchives.Open(root, budget);
        foreach (var key in keys)
        {
            using var use = await TestArchives.AddAsync(store, key, int.Parse(size, CultureInfo.InvariantCulture));
            if (new FileInfo(use.Path).Length != TestArchives.Content(key, int.Parse(size, CultureInfo.InvariantCulture)).Length)
            {
                throw new InvalidOperationException($"{key} is not whole.");
            }
        }
    }

    private static async Task LockAsync(string root, string name)
    {
        using var held = new KeyLocks(new StoreDirectory(root)).TryExclusive(name);
        Console.WriteLine(held is null ? "taken" : "locked");
        await Task.Delay(Timeout.Infinite);
    }

    private static Task<ArchiveUse> HangAsync(string root, string key) => TestArchives.Open(root).AddAsync(
        key,
        async file =>
        {
            await file.WriteAsync(new byte[100_000]);
            await file.FlushAsync();
            Console.WriteLine(HalfWritten);
            await Task.Delay(Timeout.Infinite);
            throw new UnreachableException();
        },
        CancellationToken.None);
}
