using System.Runtime.InteropServices;

namespace SumSocket.Cli.Terminal;

/// <summary>SIGINT (Ctrl-C) and SIGTERM: the first asks the program to come to its end, the second ends it at once. The runtime has no
/// handler of its own for SIGTERM since .NET 10.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _received;

    /// <summary>Takes both signals over until disposed.</summary>
    public StopSignal() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Receive(context, number: 2)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Receive(context, number: 15)),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Gives the signals back to the system.</summary>
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
        // Not on this thread: what waits for the token may run long, and the second signal must still be heard.
        _ = _stop.CancelAsync();
    }
}
