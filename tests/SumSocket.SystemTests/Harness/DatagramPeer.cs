using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SumSocket.SystemTests.Harness;

/// <summary>A peer that sends exactly the datagrams it is given, and sees every one that comes back.</summary>
internal sealed class DatagramPeer : IDisposable
{
    private readonly byte[] _buffer = new byte[65_536];

    // A test may send some thousand requests before it reads the first answer.
    private readonly Socket _socket;

    private DatagramPeer(IPAddress address, int port)
    {
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 * 1024 * 1024 };
        _socket.Connect(address, port);
    }

    /// <summary>Its own port.</summary>
    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>True when something, be it an empty datagram, has come that was not received yet.</summary>
    public bool HasMore => _socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Talks to a port, of the loopback interface unless an address is given.</summary>
    public static DatagramPeer Connect(int port, string address = "127.0.0.1") => new(IPAddress.Parse(address), port);

    /// <summary>Sends one datagram.</summary>
    public void Send(string datagram) => Send(Encoding.ASCII.GetBytes(datagram));

    /// <summary>Sends one datagram.</summary>
    public void Send(ReadOnlySpan<byte> datagram) => _socket.Send(datagram);

    /// <summary>The next datagram from the server.</summary>
    public async Task<string> ReceiveAsync() =>
        await TryReceiveAsync(Patience.Limit) ?? throw new TimeoutException($"Within {Patience.Limit.TotalSeconds} s there was no answer.");

    /// <summary>The next datagram from the server; null when none comes in time.</summary>
    public async Task<string?> TryReceiveAsync(TimeSpan within)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(within);
        try
        {
            return Encoding.UTF8.GetString(_buffer, 0, await _socket.ReceiveAsync(_buffer, limit.Token));
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Asks one sum and expects its answer to be the next datagram: what was sent before got none.</summary>
    public async Task AskAsync(long id)
    {
        Send($"{{\"A\":{id},\"B\":4,\"Id\":{id}}}");
        (await ReceiveAsync()).Should().Be($"{{\"Sum\":{id + 4},\"Id\":{id}}}\n");
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
