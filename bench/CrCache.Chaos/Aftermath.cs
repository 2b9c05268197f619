namespace CrCache.Chaos;

/// <summary>What follows each blow: one ordinary command, a look at what is left, the tests, and the store.</summary>
internal sealed class Aftermath(Field field)
{
    /// <summary>Does all that.</summary>
    /// <returns>What was left after the ordinary command; of leases' sockets, which only a lease removes, after the tests.</returns>
    /// <exception cref="BrokenException">Something does not work.</exception>
    public async Task<IReadOnlyList<string>> FollowAsync(Strike strike)
    {
        var cancellationToken = strike.CancellationToken;
        await field.Engine.AnswersAsync(cancellationToken);
        var leftovers = new Leftovers(field);
        leftovers.LetTimePass();
        var item = strike.Item ?? field.Standing;
        if (strike.TestsWithDotnet)
        {
            // A build alone calls crcache only where it has something to do.
            using var test = field.Project.Start("test", "--no-restore", "--nologo");
            await test.SucceedAsync(cancellationToken);
        }
        else
        {
            await field.SucceedAsync(field.Alice, ["checkpoint", "--item", item.File, "--json"], cancellationToken);
        }

        var left = await leftovers.FindAsync(cancellationToken);
        if (strike.TestsWithDotnet)
        {
            await field.Project.TestAsync(cancellationToken);
        }
        else
        {
            await using var lease = await Lease.StartAsync(field, item, cancellationToken);
            await lease.CheckAsync(cancellationToken);
        }

        await field.SucceedAsync(field.Alice, ["store", "verify"], cancellationToken);
        return [.. left, .. await leftovers.FindSocketsAsync(cancellationToken)];
    }
}
