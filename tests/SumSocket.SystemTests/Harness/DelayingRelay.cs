using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SumSocket.SystemTests.Harness;

/// <summary>
/// Stands between one client and a server and passes each answer on a fixed time after it came, to some microseconds: threads that block,
/// and for the last two milliseconds of a delay one that does not sleep.
/// </summary>
internal sealed class DelayingRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];
    private readonly int _serverPort;
    private readonly TimeSpan _delay;

    public DelayingRelay(int serverPort, TimeSpan delay)
    {
        (_serverPort, _delay) = (serverPort, delay);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        lock (_sockets)
            _sockets.ForEach(socket => socket.Dispose());
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket client = _listener.AcceptSocket();
                Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                server.Connect(IPAddress.Loopback, _serverPort);
                server.NoDelay = client.NoDelay = true;
                lock (_sockets)
                    _sockets.AddRange([client, server]);
                new Thread(() => Pass(client, server, TimeSpan.Zero)) { IsBackground = true }.Start();
                new Thread(() => Pass(server, client, _delay)) { IsBackground = true }.Start();
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
        }
    }

    private static void Pass(Socket from, Socket to, TimeSpan delay)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (from.Receive(buffer) is var count and > 0)
            {
                long came = Stopwatch.GetTimestamp();
                TimeSpan asleep = delay - TimeSpan.FromMilliseconds(2);
                if (asleep > TimeSpan.Zero)
                    Thread.Sleep(asleep);
                while (Stopwatch.GetElapsedTime(came) < delay)
                    Thread.SpinWait(10);
                to.Send(buffer.AsSpan(0, count));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
        }
    }
}
