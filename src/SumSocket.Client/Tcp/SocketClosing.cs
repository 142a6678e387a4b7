using System.Net.Sockets;

namespace SumSocket.Client.Tcp;

/// <summary>Ends directions of a socket that may have ended by itself.</summary>
internal static class SocketClosing
{
    /// <summary>
    /// Shuts a direction down; a receive that waits there returns 0 bytes. Does nothing on a socket that has no connection any more.
    /// </summary>
    public static void TryShutdown(Socket socket, SocketShutdown direction)
    {
        try
        {
            socket.Shutdown(direction);
        }
        catch (SocketException)
        {
            // The peer was quicker.
        }
        catch (ObjectDisposedException)
        {
            // So was this side.
        }
    }
}
