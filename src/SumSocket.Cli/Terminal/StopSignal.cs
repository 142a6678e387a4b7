using System.Runtime.InteropServices;

namespace SumSocket.Cli.Terminal;

/// <summary>SIGINT (Ctrl-C) and SIGTERM: the first requests a stop, the second ends the program at once. The runtime has no
/// handler of its own for SIGTERM since .NET 10.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _received;

    public StopSignal() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Receive(context, number: 2)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Receive(context, number: 15)),
    ];

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
        if (Interlocked.Increment(ref _received) > 1)
            Environment.Exit(ExitCode.SignalBase + number);
        // Not on this thread: what waits for the token may run long, and the second signal must still be received.
        _ = _stop.CancelAsync();
    }
}

/// <summary>SIGQUIT (Ctrl-\; Ctrl-Break on Windows) makes ping print its figures so far. It ends nothing while this lives.</summary>
/// <param name="requested">Called for each signal, on a thread of the pool.</param>
internal sealed class StatusSignal(Action requested) : IDisposable
{
    private readonly PosixSignalRegistration _registration = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context =>
    {
        context.Cancel = true;
        requested();
    });

    public void Dispose() => _registration.Dispose();
}
