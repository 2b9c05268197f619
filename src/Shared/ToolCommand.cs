using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace CrCache.Shared;

/// <summary>
/// How <c>crcache</c> is started: a <c>.dll</c> through <c>dotnet</c> where it has no native executable, anything else directly.
/// </summary>
internal static class ToolCommand
{
    // What a profiler or a startup hook wants to see is the test host; attached to crcache they would slow every
    // restore, and their files would be written twice.
    private static readonly string[] s_notForTheTool =
    [
        "CORECLR_ENABLE_PROFILING",
        "COR_ENABLE_PROFILING",
        "DOTNET_STARTUP_HOOKS",
    ];

    /// <summary>Starts it. All three standard streams are redirected, nothing of the caller's is inherited.</summary>
    /// <exception cref="ToolNotStartedException">It cannot be started.</exception>
    public static Process Start(string tool, string dotnetHost, IEnumerable<string> arguments)
    {
        try
        {
            tool = NativeTool.Find(tool) ?? tool;
            var throughHost = tool.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
            if (throughHost && !File.Exists(tool))
            {
                throw new FileNotFoundException("there is no such file"); // dotnet would start, and say so to nobody.
            }

            return throughHost ? Start(Found(dotnetHost), new[] { tool }.Concat(arguments)) : Start(Found(tool), arguments);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            throw new ToolNotStartedException(
                $"crcache cannot be started (\"{tool}\"): {e.Message}. "
                + "Check the property CrCacheTool, or restore the package CrCache.Sdk again.",
                e);
        }
    }

    /// <summary>Starts <c>crcache lease</c> for a client that connects to its pipe, with this process as the parent.</summary>
    /// <exception cref="ToolNotStartedException">It cannot be started.</exception>
    /// <exception cref="LeaseSocketException">There is no place for the pipe.</exception>
    public static (Process Process, string Pipe) StartLease(
        string tool, string dotnetHost, IEnumerable<string> checkpoints, string reportFile)
    {
        var pipe = LeaseSocket.NewAddress();

        // The parent counts until a client has connected: when this process goes away before that, so does the lease.
        using var self = Process.GetCurrentProcess();
        string[] arguments =
        [
            "lease",
            .. checkpoints.SelectMany(checkpoint => new[] { "--checkpoint", checkpoint }),
            "--pipe", pipe,
            "--parent", self.Id.ToString(CultureInfo.InvariantCulture),
            "--report", reportFile,
        ];
        return (Start(tool, dotnetHost, arguments), pipe);
    }

    private static string Found(string program) =>
        ProgramPath.Find(program) ?? throw new FileNotFoundException($"there is no {program} on the PATH");

    private static Process Start(string file, IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo
        {
            FileName = file,
            Arguments = Join(arguments),
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = new UTF8Encoding(false),
            StandardErrorEncoding = new UTF8Encoding(false),
        };
        foreach (var name in s_notForTheTool)
        {
            info.Environment.Remove(name);
        }

        var process = Process.Start(info)!;
        process.StandardInput.Close();
        return process;
    }

    // netstandard2.0 has no ArgumentList. .NET reads this string by the rules of Windows on every system.
    private static string Join(IEnumerable<string> arguments)
    {
        var line = new StringBuilder();
        foreach (var argument in arguments)
        {
            if (line.Length > 0)
            {
                line.Append(' ');
            }

            line.Append('"');
            var backslashes = 0;
            foreach (var c in argument)
            {
                // Backslashes are ordinary characters unless a quote follows them: then each must be doubled.
                line.Append(c == '"' ? new string('\\', backslashes + 1) : "").Append(c);
                backslashes = c == '\\' ? backslashes + 1 : 0;
            }

            line.Append('\\', backslashes).Append('"');
        }

        return line.ToString();
    }
}
