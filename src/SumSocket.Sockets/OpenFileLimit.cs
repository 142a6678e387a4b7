using Microsoft.Win32.SafeHandles;

namespace SumSocket.Sockets;

/// <summary>The soft limit of open files (RLIMIT_NOFILE, getrlimit(2)). It can be lowered while the process runs (prlimit(1)), and opening
/// a file to find that out needs a descriptor, so the file that states it stays open.</summary>
internal sealed class OpenFileLimit : IDisposable
{
    private readonly SafeFileHandle? _limits = LinuxOnly.OpenLimits();
    private nint _highest = -1;
    private long _readAt;
    private int? _value;

    /// <summary>The limit now; null where it cannot be read or there is none.</summary>
    public int? Read() => _limits is null ? null : LinuxOnly.ReadOpenFileLimit(_limits);

    /// <summary>Whether fewer than so many descriptors are left beyond that of <paramref name="newest"/>. The kernel gives out the lowest
    /// free number, so all below it are in use.</summary>
    public bool IsNear(Socket newest, int left)
    {
        // The limit is read again for each descriptor higher than those before. Else, in a crowd that comes and goes, only every few
        // milliseconds, when this clock steps: it takes five microseconds.
        long now = Environment.TickCount64;
        if (newest.Handle > _highest || now != _readAt)
            (_highest, _readAt, _value) = (Math.Max(_highest, newest.Handle), now, Read());
        return newest.Handle + left >= (_value ?? nint.MaxValue);
    }

    /// <inheritdoc/>
    public void Dispose() => _limits?.Dispose();
}
