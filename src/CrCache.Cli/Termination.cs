using System.Runtime.InteropServices;
using CrCache.Shared;

namespace CrCache.Cli;

/// <summary>Turns the signals that ask a process to end into a cancelled token, so that containers are removed first.</summary>
internal sealed class Termination : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Lock _gate = new();
    private PosixSignal? _pending;
    private bool _starting;
    private int _child;

    public Termination() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
    ];

    /// <summary>Cancelled by the first such signal. Later ones are taken too: removing containers must not be cut short.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Starts a child process that each such signal is passed on to, until the result is disposed.</summary>
    /// <exception cref="OperationCanceledException">One came before; nothing is started.</exception>
    public IDisposable Forward(Func<int> start)
    {
        lock (_gate)
        {
            _starting = true;
        }

        // What comes from here on is for the child, also while its number is not known yet.
        Token.ThrowIfCancellationRequested();
        var child = start();
        lock (_gate)
        {
            _child = child;
            if (_pending is { } signal)
            {
                Send(child, signal);
            }
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
        var isForChild = !(context.Signal == PosixSignal.SIGINT && IsInForeground());
        lock (_gate)
        {
            if (_child > 0 && isForChild)
            {
                Send(_child, context.Signal);
            }
            else if (_starting && isForChild)
            {
                _pending = context.Signal;
            }
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
        public void Dispose()
        {
            lock (termination._gate)
            {
                (termination._child, termination._starting) = (0, false);
            }
        }
    }
}
