using System.Diagnostics;
using System.Runtime.InteropServices;
using CrCache.Shared;

namespace CrCache.Tasks;

/// <summary>Ends a process the way that lets it tidy up.</summary>
internal static class ProcessEnd
{
    private const int SigTerm = 15;
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Asks the process to end; kills it when it has not after 10 s. SIGTERM, not SIGINT: a build in the background of a shell
    /// script runs with SIGINT ignored, and hands that on.
    /// </summary>
    public static void Request(Process process)
    {
        try
        {
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            {
                process.Kill();
                return;
            }

            _ = LibC.Kill(process.Id, SigTerm);
            if (!process.WaitForExit((int)s_grace.TotalMilliseconds))
            {
                process.Kill();
            }
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }
}
