using System.Runtime.InteropServices;

namespace SumSocket.Cli.Service;

/// <summary>SIGHUP: the program reads its files again, and reports that to its service manager.</summary>
internal sealed class ReloadSignal : IDisposable
{
    private readonly Lock _reading = new();
    private readonly PosixSignalRegistration _registration;

    public ReloadSignal(Action reload, ServiceNotifier manager) => _registration = PosixSignalRegistration.Create(
        PosixSignal.SIGHUP,
        context =>
        {
            context.Cancel = true;
            lock (_reading) // of two signals the second one reads last
            {
                manager.Reloading();
                reload();
                manager.Reloaded();
            }
        });

    public void Dispose() => _registration.Dispose();
}
