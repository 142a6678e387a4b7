using Microsoft.Win32.SafeHandles;

namespace SumSocket.Sockets;

/// <summary>
/// File descriptors held so that they can be let go when there are no others. .NET starts no thread without some (it opens a pipe for each, and
/// ends the process with <c>Out of memory</c> when it cannot), so a server that has filled its last one with a connection dies of the next
/// thread it needs. Letting the reserve go gives the runtime room; accepting goes on when it could be filled again.
/// </summary>
public sealed class DescriptorReserve : IDisposable
{
    private const int Size = 8;

    private readonly List<SafeFileHandle> _held = new(Size);

    /// <summary>Fills the reserve when there is as much to spare beyond it; else lets all of it go.</summary>
    /// <returns>False when there are not descriptors enough.</returns>
    public bool TryFill()
    {
        if (!OperatingSystem.IsLinux())
            return true; // only there is it known to be needed, and how
        List<SafeFileHandle> beyond = new(Size);
        try
        {
            while (_held.Count < Size)
                _held.Add(Open());
            while (beyond.Count < Size)
                beyond.Add(Open());
            return true;
        }
        catch (IOException)
        {
            Release();
            return false;
        }
        finally
        {
            beyond.ForEach(handle => handle.Dispose());
        }
    }

    /// <summary>Lets all of it go.</summary>
    public void Release()
    {
        _held.ForEach(handle => handle.Dispose());
        _held.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Release();

    private static SafeFileHandle Open() => File.OpenHandle("/dev/null");
}
