using Xunit.Sdk;

namespace CrCache.Tests;

/// <summary>
/// A test that needs what a machine may lack: in place of <c>[Fact]</c>, and of <c>[Theory]</c> where the method has parameters.
/// Where something is missing it is skipped, and the reason is shown.
/// </summary>
/// <param name="needs">What it needs.</param>
/// <param name="programs">Programs that it starts, by name.</param>
[XunitTestCaseDiscoverer("CrCache.Tests." + nameof(RequiresDiscoverer), "CrCache.Tests.Support")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresAttribute(Need needs, params string[] programs) : FactAttribute
{
    /// <inheritdoc />
    public override string? Skip
    {
        get => Needs.WhyNot(needs, programs);
        set => throw new NotSupportedException("Why a test is skipped follows from what it needs.");
    }
}
