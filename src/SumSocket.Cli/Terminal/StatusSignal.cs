using System.Runtime.InteropServices;

namespace SumSocket.Cli.Terminal;

/// <summary>SIGQUIT (Ctrl-\; Ctrl-Break on Windows), with which ping's users ask how it goes. It ends nothing as long as this
/// lives.</summary>
internal sealed class StatusSignal : IDisposable
{
    private readonly PosixSignalRegistration _registration;

    /// <summary>Takes the signal over until disposed.</summary>
    /// <param name="asked">Called for each signal, on a thread of the pool.</param>
    public StatusSignal(Action asked) => _registration = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context =>
    {
        context.Cancel = true;
        asked();
    });

    /// <summary>Gives the signal back to the system.</summary>
    public void Dispose() => _registration.Dispose();
}
