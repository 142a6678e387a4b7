namespace SumSocket.Server;

/// <summary>Binds the sockets of a server.</summary>
internal static class Binding
{
    /// <summary>A bound socket for each address, or none and an exception.</summary>
    /// <param name="endPoints">The addresses.</param>
    /// <param name="type">Stream for TCP, Dgram for UDP.</param>
    /// <param name="bind">Sets the options of a socket and binds it.</param>
    /// <exception cref="SumBindException">An address cannot be bound.</exception>
    public static List<Socket> BindAll(IReadOnlyList<IPEndPoint> endPoints, SocketType type, Action<Socket, IPEndPoint> bind)
    {
        var sockets = new List<Socket>();
        foreach (IPEndPoint endPoint in endPoints)
        {
            try
            {
                var socket = new Socket(endPoint.AddressFamily, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
                sockets.Add(socket);
                if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
                    socket.DualMode = false;
                bind(socket, endPoint);
            }
            catch (Exception e)
            {
                sockets.ForEach(socket => socket.Dispose());
                if (e is SocketException failure)
                    throw new SumBindException(endPoint, failure);
                throw;
            }
        }

        return sockets;
    }
}

/// <summary>A server cannot listen on an address: it is taken, not of this machine, or not permitted.</summary>
/// <param name="endPoint">The address.</param>
/// <param name="innerException">What the kernel said.</param>
public sealed class SumBindException(IPEndPoint endPoint, SocketException innerException)
    : Exception($"cannot listen on {endPoint}: {SocketErrors.Describe(innerException.SocketErrorCode)}", innerException)
{
    /// <summary>The address that cannot be had.</summary>
    public IPEndPoint EndPoint { get; } = endPoint;
}
