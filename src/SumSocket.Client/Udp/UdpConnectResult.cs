using System.Net;
using System.Net.Sockets;
using SumSocket.Sockets;

namespace SumSocket.Client.Udp;

/// <summary>
/// One attempt to find the server's address and to connect a socket to it. Nothing is sent: whether somebody listens, only an answer tells.
/// </summary>
/// <param name="Socket">Connected and non-blocking; null when the attempt failed.</param>
/// <param name="EndPoint">The address connected to, or the last one tried; null when the name has none.</param>
/// <param name="Reason">Why it failed, for people.</param>
/// <param name="Cause">Why it failed, for programs.</param>
internal sealed record UdpConnectResult(Socket? Socket, IPEndPoint? EndPoint, string Reason, ConnectionCause Cause)
{
    /// <summary>
    /// Asked of the kernel, in bytes: the answers to a full load of requests, all at once, as it counts them (768 bytes and more for each),
    /// and some doubled. It grants up to a limit of its own.
    /// </summary>
    private const int ReceiveBufferSize = 4 * 1024 * 1024;

    /// <summary>Never throws but when <paramref name="stop"/> was cancelled.</summary>
    public static async Task<UdpConnectResult> TryAsync(SumUdpClientOptions options, CancellationToken stop)
    {
        IPEndPoint? tried = null;
        SocketError error = SocketError.HostNotFound;
        try
        {
            IPAddress[] addresses = await HostName.ResolveAsync(options.Host, stop).ConfigureAwait(false);
            foreach (IPAddress address in addresses.OrderBy(address => address.AddressFamily != AddressFamily.InterNetwork))
            {
                tried = new IPEndPoint(address, options.Port);
                (Socket? socket, error) = TryConnect(tried);
                if (socket is not null)
                    return new UdpConnectResult(socket, tried, string.Empty, ConnectionCause.None);
            }
        }
        catch (SocketException failure)
        {
            error = failure.SocketErrorCode; // of the name: an address that fails is no exception here
        }
        catch (ArgumentException)
        {
            error = SocketError.HostNotFound; // what can be no name, one of 300 characters for example
        }

        return new UdpConnectResult(null, tried, SocketErrors.Describe(error), ConnectionCauses.Of(error));
    }

    private static (Socket? Socket, SocketError Error) TryConnect(IPEndPoint endPoint)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBufferSize };
            socket.Connect(endPoint);
            SocketErrors.ThrowIfConnectedToItself(socket, endPoint);
            socket.Blocking = false;
            return (socket, SocketError.Success);
        }
        catch (SocketException failure)
        {
            socket?.Dispose();
            return (null, failure.SocketErrorCode);
        }
    }
}
