using System.Runtime.InteropServices;
using CrCache.Shared;

namespace CrCache.Cli;

/// <summary>
/// Turns the signals that ask a process to end into a cancelled token, so that containers are removed first. Who asks again wants no
/// more of that: the process ends at once, and the next command removes what stays.
/// </summary>
internal sealed class Termination : IDisposable
{
    // `timeout` sends its signal to the process and to its group: that is one.
    private static readonly TimeSpan s_sameSignal = TimeSpan.FromMilliseconds(100);

    // Ctrl+C at a terminal reaches the build and what it has started; the build then asks that to end as well.
    private static readonly TimeSpan s_sameWish = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longestWrite = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Lock _gate = new();
    private PosixSignal? _pending;
    private bool _starting;
    private int _child;
    private (PosixSignal Signal, long Time)? _first;

    public Termination() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
    ];

    /// <summary>Cancelled by the first such signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>
    /// Cancelled when there is nothing to wait for but the end: by such a signal, but where a child takes it, when that has ended.
    /// </summary>
    public CancellationToken Ending => _ending.Token;

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
        _ending.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        var isForChild = !(context.Signal == PosixSignal.SIGINT && IsInForeground());
        var isEnd = false;
        lock (_gate)
        {
            isEnd = !_starting;
            if (isEnd && IsAgain(context.Signal))
            {
                ExitNow(context.Signal);
            }

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
        if (isEnd)
        {
            _ending.Cancel();
        }
    }

    private bool IsAgain(PosixSignal signal)
    {
        var now = Environment.TickCount64;
        if (_first is not { } first)
        {
            _first = (signal, now);
            return false;
        }

        return now - first.Time > (first.Signal == signal ? s_sameSignal : s_sameWish).TotalMilliseconds;
    }

    // A display has hidden the cursor, and would have shown it again in its end.
    private static void ExitNow(PosixSignal signal)
    {
        if (!Console.IsErrorRedirected)
        {
            _ = Task.Run(() => Console.Error.Write("\x1b[?25h\n")).Wait(s_longestWrite);
        }

        Environment.Exit(128 + Number(signal));
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

            if (termination.Token.IsCancellationRequested)
            {
                termination._ending.Cancel();
            }
        }
    }
}
