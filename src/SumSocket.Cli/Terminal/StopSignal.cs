using System.Runtime.InteropServices;

namespace SumSocket.Cli.Terminal;

/// <summary>SIGINT (Ctrl-C) and SIGTERM: the first requests a stop, the second ends the program at once. The runtime has no
/// handler of its own for SIGTERM since .NET 10.</summary>
/// <remarks>One that follows within 200 ms is the same wish: timeout(1) signals its child and then the child's whole group. A server
/// that has no files to read again takes SIGHUP, which a lost terminal sends, in the same way.</remarks>
internal sealed class StopSignal : IDisposable
{
    private const long SameWish = 200; // ms

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private long _firstAt; // in ms; 0 before

    public StopSignal(bool withHangUp = false)
    {
        (PosixSignal Signal, int Number)[] signals = [(PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15), (PosixSignal.SIGHUP, 1)];
        _registrations = [.. signals
            .Where(one => withHangUp || one.Signal != PosixSignal.SIGHUP)
            .Select(one => PosixSignalRegistration.Create(one.Signal, context => Receive(context, one.Number)))];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private void Receive(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        long now = Environment.TickCount64;
        if (Interlocked.CompareExchange(ref _firstAt, now, 0) is var first and not 0)
        {
            if (now - first >= SameWish)
                Environment.Exit(ExitCode.SignalBase + number);
            return;
        }

        // Not on this thread: what waits for the token may run long, and the second signal must still be received.
        _ = _stop.CancelAsync();
    }
}

/// <summary>SIGQUIT (Ctrl-\; Ctrl-Break on Windows) makes a program say how it goes. It ends nothing while this lives.</summary>
/// <param name="requested">Called for each signal, on a thread of the pool.</param>
internal sealed class StatusSignal(Action requested) : IDisposable
{
    private readonly PosixSignalRegistration _registration = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context =>
    {
        context.Cancel = true;
        requested();
    });

    /// <summary>Writes what is returned for each signal to stderr.</summary>
    public StatusSignal(Func<string> snapshot)
        : this(() => Write(snapshot()))
    {
    }

    /// <summary>Writes a snapshot to stderr, on a line of its own: a terminal has echoed the key, without the end of a line.</summary>
    public static void Write(string snapshot) =>
        Console.Error.WriteLine(Console.IsErrorRedirected ? snapshot : Environment.NewLine + snapshot);

    public void Dispose() => _registration.Dispose();
}
