using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Server.Udp;

namespace SumSocket.Tests.Server.Udp;

/// <summary>A real server on a loopback port with one peer. At the end its log must hold nothing that the test did not expect.</summary>
internal sealed class UdpServerUnderTest : IAsyncDisposable
{
    public const int Stopped = 232;

    private readonly byte[] _buffer = new byte[65_536];

    private UdpServerUnderTest(SumUdpServerOptions options, LogLevel lowest)
    {
        Log = new LogRecorder(lowest);
        Server = new SumUdpServer(options, Log, Clock);
        EndPoint = Server.Start()[0];
        Peer = ConnectFrom(IPAddress.Loopback, 0);
    }

    public ManualTimeProvider Clock { get; } = new();

    public LogRecorder Log { get; }

    public SumUdpServer Server { get; }

    public IPEndPoint EndPoint { get; }

    public Socket Peer { get; }

    public static UdpServerUnderTest Start(
        Func<SumUdpServerOptions, SumUdpServerOptions>? change = null, LogLevel lowest = LogLevel.Information)
    {
        var options = new SumUdpServerOptions { EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)] };
        return new UdpServerUnderTest(change?.Invoke(options) ?? options, lowest);
    }

    public Socket ConnectFrom(IPAddress address, int port)
    {
        var socket =
            new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = TestTimeout.Milliseconds };
        socket.Bind(new IPEndPoint(address, port));
        socket.Connect(EndPoint);
        return socket;
    }

    public void Send(string datagram) => Peer.Send(Encoding.Latin1.GetBytes(datagram));

    public string Receive() => Encoding.Latin1.GetString(_buffer, 0, Peer.Receive(_buffer));

    public string Ask(string datagram)
    {
        Send(datagram);
        return Receive();
    }

    /// <summary>Waits until this many datagrams have had their fate.</summary>
    public Task UntilReceivedAsync(long datagrams) =>
        TestTimeout.UntilAsync(() => Server.Counts.Received >= datagrams, $"{datagrams} datagrams are received");

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync().AsTask().WaitAsync(TestTimeout.Span);
        Peer.Dispose();
        Log.Entries.Where(entry => entry.Level >= LogLevel.Warning).Should().BeEmpty();
    }
}
