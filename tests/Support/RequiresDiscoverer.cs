using Xunit.Abstractions;
using Xunit.Sdk;

namespace CrCache.Tests;

/// <summary>
/// Finds the test cases of <see cref="RequiresAttribute"/>: those of a theory where there are parameters, or the one of a fact.
/// </summary>
public sealed class RequiresDiscoverer(IMessageSink diagnosticMessageSink) : IXunitTestCaseDiscoverer
{
    private readonly FactDiscoverer _fact = new(diagnosticMessageSink);
    private readonly TheoryDiscoverer _theory = new(diagnosticMessageSink);

    /// <inheritdoc />
    public IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute)
    {
        IXunitTestCaseDiscoverer discoverer = testMethod.Method.GetParameters().Any() ? _theory : _fact;
        return discoverer.Discover(discoveryOptions, testMethod, factAttribute);
    }
}
