using System.Net;
using System.Net.Sockets;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>A server that does nothing by itself: it accepts, and the test says what is read and written.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<ScriptedPeer> _peers = [];

    /// <param name="port">0 for any free port; another only to come back where a server was before.</param>
    /// <param name="backlog">How many connections the kernel completes by itself.</param>
    public ScriptedServer(int port = 0, int backlog = 128)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(backlog);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    public int Port { get; }

    public async Task<ScriptedPeer> AcceptAsync()
    {
        Socket socket = await _listener.AcceptAsync();
        socket.NoDelay = true;
        var peer = new ScriptedPeer(socket);
        lock (_peers)
            _peers.Add(peer);
        return peer;
    }

    /// <summary>Stops listening; what was accepted stays.</summary>
    public void Close() => _listener.Dispose();

    public ValueTask DisposeAsync()
    {
        Close();
        lock (_peers)
            _peers.ForEach(static peer => peer.Close());
        return ValueTask.CompletedTask;
    }
}
