namespace SumSocket.Sockets;

/// <summary>File descriptors held so that they can be let go when there are no others. .NET starts no thread without some (it opens a pipe
/// for each, and ends the process with <c>Out of memory</c> when it cannot), so a server without any dies of the next thread it needs.
/// Accepting goes on once the reserve could be filled again.</summary>
internal sealed class DescriptorReserve : IDisposable
{
    private const int Size = 8;

    private readonly List<Socket> _held = new(Size);

    /// <summary>Fills the reserve when there is as much to spare beyond it; else lets all of it go.</summary>
    /// <returns>False when there are not descriptors enough.</returns>
    public bool TryFill()
    {
        if (!OperatingSystem.IsLinux())
            return true; // only there is it known to be needed, and how
        List<Socket> beyond = new(Size);
        try
        {
            while (_held.Count < Size)
                _held.Add(Open());
            while (beyond.Count < Size)
                beyond.Add(Open());
            return true;
        }
        catch (SocketException e)
        {
            Release();
            return !SocketErrors.IsResourceShortage(e.SocketErrorCode); // a system that has no such sockets must do without a reserve
        }
        finally
        {
            beyond.ForEach(socket => socket.Dispose());
        }
    }

    /// <summary>Lets all of it go.</summary>
    public void Release()
    {
        _held.ForEach(socket => socket.Dispose());
        _held.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Release();

    /// <summary>Any descriptor would do; this one needs no file system and no network.</summary>
    private static Socket Open() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
