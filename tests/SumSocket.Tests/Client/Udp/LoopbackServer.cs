using System.Net;
using SumSocket.Server.Udp;

namespace SumSocket.Tests.Client.Udp;

/// <summary>The real server on a free port.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly SumUdpServer _server = new(new SumUdpServerOptions { EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)] });

    public LoopbackServer() => EndPoint = _server.Start()[0];

    public IPEndPoint EndPoint { get; }

    public int Port => EndPoint.Port;

    public DatagramCounts Counts => _server.Counts;

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
