using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace SumSocket.SystemTests.Harness;

/// <summary>A UDP server that answers every request with its own Id and the sum 12.</summary>
internal sealed partial class DatagramLiar : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    private DatagramLiar() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Starts one; disposing ends it.</summary>
    public static DatagramLiar Start()
    {
        DatagramLiar liar = new();
        _ = liar.LieAsync();
        return liar;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    [GeneratedRegex("\"Id\":(\\d+)")]
    private static partial Regex Id { get; }

    private async Task LieAsync()
    {
        byte[] buffer = new byte[2_048];
        try
        {
            while (true)
            {
                SocketReceiveFromResult received = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                string id = Id.Match(Encoding.ASCII.GetString(buffer, 0, received.ReceivedBytes)).Groups[1].Value;
                _socket.SendTo(Encoding.ASCII.GetBytes($"{{\"Sum\":12,\"Id\":{id}}}\n"), received.RemoteEndPoint);
            }
        }
        catch (Exception end) when (end is ObjectDisposedException or SocketException)
        {
            // The test has ended.
        }
    }
}
