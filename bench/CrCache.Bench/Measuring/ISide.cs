namespace CrCache.Bench.Measuring;

/// <summary>One of the things that are compared: it is measured once in each round.</summary>
internal interface ISide : IAsyncDisposable
{
    /// <summary>The name by which figures ask for it.</summary>
    string Name { get; }

    /// <summary>The name that the picture shows.</summary>
    string Label { get; }

    /// <summary>Makes everything that is not to be measured.</summary>
    /// <exception cref="SkippedException">This machine does not have what it takes.</exception>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Measures once and cleans up behind itself, outside of what is measured.</summary>
    /// <returns>Milliseconds, or whatever else the figures of this side are in.</returns>
    Task<double> MeasureAsync(CancellationToken cancellationToken);
}
