namespace CrCache.Cli.Tests;

/// <summary>A standard output whose first line fails in a way that nobody has foreseen.</summary>
internal sealed class BrokenWriter : StringWriter
{
    /// <summary>What it fails with.</summary>
    public const string Message = "of the test,\nwhich has two lines.";

    private bool _hasFailed;

    public override void Write(string? value)
    {
        Fail();
        base.Write(value);
    }

    public override void WriteLine(string? value)
    {
        Fail();
        base.WriteLine(value);
    }

    private void Fail()
    {
        if (!_hasFailed)
        {
            _hasFailed = true;
            throw new InvalidTimeZoneException(Message);
        }
    }
}
