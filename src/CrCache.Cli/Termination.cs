using System.Runtime.InteropServices;
using CrCache.Shared;

namespace CrCache.Cli;

/// <summary>Turns the signals that ask a process to end into a cancelled token, so that containers are removed first.</summary>
internal sealed partial class Termination : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private volatile int _child;

    public Termination() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
    ];

    /// <summary>Cancelled by the first such signal. Later ones are taken too: removing containers must not be cut short.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>From now on each such signal is passed on to a child process, until disposed.</summary>
    public IDisposable ForwardTo(int processId)
    {
        _child = processId;
        if (_source.IsCancellationRequested)
        {
            // It came a moment before the child did.
            Send(processId, PosixSignal.SIGTERM);
        }

        return new Forwarding(this);
    }

    /// <summary>
    /// Takes this process out of the group that it was started in: who kills a whole test run (<c>timeout -s KILL</c>, CI that
    /// cancels a job) must not kill the one that cleans up after it. A group's leader, which a shell has started, stays.
    /// </summary>
    public static void OutliveGroup()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = LibC.StartSession();
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

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_child is > 0 and var child && !(context.Signal == PosixSignal.SIGINT && IsInForeground()))
        {
            Send(child, context.Signal);
        }

        _source.Cancel();
    }

    // A terminal sends Ctrl+C to all processes of its foreground group, the child among them: passed on, it would come
    // twice, and many programs take the second one for "stop at once, do not clean up".
    private static bool IsInForeground()
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        try
        {
            using var terminal = File.OpenHandle("/dev/tty");
            return LibC.GetForegroundGroup(terminal) == LibC.GetGroup();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Send(int processId, PosixSignal signal)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = LibC.Kill(processId, Number(signal));
        }
    }

    private static int Number(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        _ => 15,
    };

    private sealed class Forwarding(Termination termination) : IDisposable
    {
        public void Dispose() => termination._child = 0;
    }
}
