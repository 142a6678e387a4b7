using System.Net;
using System.Net.Sockets;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Torture;

/// <summary>Peers that do to a server what no client does, one after the other: a reset at once, garbage, half a request, a handshake that
/// goes nowhere, silence, and over UDP what is no request.</summary>
internal sealed class HostilePeers(IReadOnlyList<SoakLane> lanes, Random random) : IDisposable
{
    private const int Silent = 20; // that stand at a time

    private readonly Queue<Socket> _silent = new();
    private readonly byte[] _garbage = new byte[2_000];

    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    /// <summary>Sends the next one.</summary>
    public async Task StrikeAsync()
    {
        Count++;
        SoakLane lane = lanes[random.Next(lanes.Count)];
        random.NextBytes(_garbage);
        try
        {
            if (lane is DatagramLane)
            {
                using DatagramPeer peer = DatagramPeer.Connect(lane.Server.Port);
                peer.Send(_garbage.AsSpan(0, random.Next(_garbage.Length)));
                return;
            }

            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, lane.Server.Port);
            int kind = random.Next(4);
            if (kind < 2)
                await socket.SendAsync(kind == 0 ? _garbage : "{\"A\":7,"u8.ToArray());
            if (kind == 2)
            {
                _silent.Enqueue(socket);
                if (_silent.Count > Silent)
                    _silent.Dequeue().Dispose();
            }
            else
            {
                socket.Close(kind == 3 ? 0 : -1);
            }
        }
        catch (SocketException)
        {
            // The server had enough of it first.
        }
    }

    public void Dispose()
    {
        foreach (Socket socket in _silent)
            socket.Dispose();
    }
}
