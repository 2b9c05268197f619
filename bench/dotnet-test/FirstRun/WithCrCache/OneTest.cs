using System.Collections;
using Xunit;

namespace FirstRun;

public class OneTest
{
    [Fact]
    public async Task TheSetupIsThere() => Assert.Equal("0", await State.ReadAsync(ConnectionString()));

    // There is one server, whichever it is.
    private static string ConnectionString() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(variable => variable.Key.ToString()!.StartsWith("ConnectionStrings__", StringComparison.Ordinal))
        .Select(variable => variable.Value!.ToString()!)
        .Single();
}
