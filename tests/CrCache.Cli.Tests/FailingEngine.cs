using System.Reflection;
using CrCache.Engines;

namespace CrCache.Cli.Tests;

/// <summary>An engine of which every call fails.</summary>
public class FailingEngine : DispatchProxy
{
    private Exception? _failure;

    /// <summary>One that fails so.</summary>
    public static IEngine With(Exception failure)
    {
        var engine = Create<IEngine, FailingEngine>();
        ((FailingEngine)engine)._failure = failure;
        return engine;
    }

    /// <inheritdoc />
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw _failure!;
}
