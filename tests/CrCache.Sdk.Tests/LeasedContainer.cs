namespace CrCache.Sdk.Tests;

/// <summary>A container, and the process of the lease that removes it.</summary>
internal sealed record LeasedContainer(string Id, int Lease)
{
    private string CommandLineFile => $"/proc/{Lease}/cmdline";

    /// <summary>The lease's command line; empty when it has ended.</summary>
    public string LeaseCommandLine
    {
        get
        {
            try
            {
                return File.ReadAllText(CommandLineFile).Replace('\0', ' ');
            }
            catch (IOException)
            {
                return "";
            }
        }
    }
}
