namespace SumSocket.Sockets;

/// <summary>File descriptors held so that they can be let go when there are no others. .NET starts no thread without some (it opens a pipe
/// for each, and ends the process with <c>Out of memory</c> when it cannot), so a server without any dies of the next thread it needs.
/// Connections therefore never take the last ones: accepting stops as soon as one has come near the limit, and goes on once the reserve can
/// be filled again.</summary>
internal sealed class DescriptorReserve : IDisposable
{
    internal const int Size = 8;

    private readonly List<Socket> _held = new(Size);
    private readonly OpenFileLimit _limit = new();

    /// <summary>How many are held.</summary>
    public int Held => _held.Count;

    /// <summary>Fills the reserve when there is as much to spare beyond it, which it counts: to try would take the last ones.</summary>
    /// <returns>False when there are not descriptors enough.</returns>
    public bool TryFill()
    {
        if (!OperatingSystem.IsLinux())
            return true; // only there is it known to be needed, and how
        try
        {
            if (_limit.Read() is { } limit && limit - LinuxOnly.OpenFiles() < (2 * Size) - _held.Count)
                return false;
            while (_held.Count < Size)
                _held.Add(Open());
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Release();
            return false; // there was none to count with
        }
        catch (SocketException e)
        {
            Release();
            return !SocketErrors.IsResourceShortage(e.SocketErrorCode); // a system that has no such sockets must do without a reserve
        }
    }

    /// <summary>Whether so few descriptors are left behind that of <paramref name="newest"/> that no other connection may be
    /// taken.</summary>
    public bool IsShortAfter(Socket newest) => _limit.IsNear(newest, Size);

    /// <summary>Lets all of it go.</summary>
    public void Release()
    {
        _held.ForEach(socket => socket.Dispose());
        _held.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        _limit.Dispose();
    }

    /// <summary>Any descriptor would do; this one needs no file system and no network.</summary>
    private static Socket Open() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
