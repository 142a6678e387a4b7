using System.Net;
using System.Net.Sockets;

namespace SumSocket.Tests;

/// <summary>How badly a relay treats datagrams: probabilities from 0 to 1, each drawn by itself for each datagram and direction.</summary>
internal sealed record RelayFaults
{
    public double Drop { get; init; }

    /// <summary>Passed on twice.</summary>
    public double Duplicate { get; init; }

    /// <summary>Held back until one to eight later ones have passed.</summary>
    public double Reorder { get; init; }

    /// <summary>Passed on after a time from <see cref="MinDelay"/> to <see cref="MaxDelay"/>.</summary>
    public double Delay { get; init; }

    public TimeSpan MinDelay { get; init; }

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Cut somewhere.</summary>
    public double Truncate { get; init; }

    /// <summary>How many bytes a second pass; 0 for as many as come. What would wait for more than 100 ms is dropped.</summary>
    public long BytesPerSecond { get; init; }
}

/// <summary>
/// Stands between one client and a server, with a real socket towards each, and loses, doubles, holds back, delays and cuts datagrams by
/// the draws of a seed.
/// </summary>
internal sealed class DatagramRelay : IAsyncDisposable
{
    private readonly Socket _front = NewSocket();
    private readonly Socket _back = NewSocket();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private EndPoint _client = new IPEndPoint(IPAddress.Loopback, 0);

    public DatagramRelay(IPEndPoint server, RelayFaults faults, int seed)
    {
        _front.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _back.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint = (IPEndPoint)_front.LocalEndPoint!;
        ToServer = new RelayDirection(faults, new Random(seed), datagram => _back.SendTo(datagram, server));
        ToClient = new RelayDirection(faults, new Random(~seed), datagram => _front.SendTo(datagram, Volatile.Read(ref _client)));
        _running = Task.WhenAll(
            Task.Run(() => RunAsync(_front, ToServer, from => Volatile.Write(ref _client, from))),
            Task.Run(() => RunAsync(_back, ToClient, static _ => { })));
    }

    /// <summary>Where the client is to send to.</summary>
    public IPEndPoint EndPoint { get; }

    public RelayDirection ToServer { get; }

    public RelayDirection ToClient { get; }

    /// <summary>What it does from now on, in both directions.</summary>
    public RelayFaults Faults
    {
        set => ToServer.Faults = ToClient.Faults = value;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _front.Dispose();
        _back.Dispose();
        _stop.Dispose();
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
    {
        ReceiveBufferSize = 4 * 1024 * 1024,
        SendBufferSize = 4 * 1024 * 1024,
    };

    private async Task RunAsync(Socket socket, RelayDirection direction, Action<EndPoint> sawSender)
    {
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            try
            {
                SocketReceiveFromResult received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                sawSender(received.RemoteEndPoint);
                direction.Take(buffer.AsSpan(0, received.ReceivedBytes), _stop.Token);
            }
            catch (OperationCanceledException)
            {
                await direction.Delayed;
                return;
            }
        }
    }
}
