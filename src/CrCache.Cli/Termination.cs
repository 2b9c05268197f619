using System.Runtime.InteropServices;

namespace CrCache.Cli;

/// <summary>Turns the signals that ask a process to end into a cancelled token, so that containers are removed first.</summary>
internal sealed partial class Termination : IDisposable
{
    private const int Terminate = 15;
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Termination() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Cancel),
    ];

    public CancellationToken Token => _source.Token;

    /// <summary>Asks a child to end as this process was asked.</summary>
    public static void Forward(int processId)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SendSignal(processId, Terminate);
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Cancel(PosixSignalContext context)
    {
        context.Cancel = true;
        _source.Cancel();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
