using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>A server that does nothing by itself: it accepts, and the test says what is read and written.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<ScriptedPeer> _peers = [];
    private readonly bool _tls;

    /// <param name="port">0 for any free port; another only to come back where a server was before.</param>
    /// <param name="backlog">How many connections the kernel completes by itself.</param>
    /// <param name="tls">Whether it completes a handshake on each connection.</param>
    public ScriptedServer(int port = 0, int backlog = 128, bool tls = false)
    {
        _tls = tls;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(backlog);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    public int Port { get; }

    public async Task<ScriptedPeer> AcceptAsync()
    {
        Socket socket = await _listener.AcceptAsync();
        socket.NoDelay = true;
        SslStream? tls = _tls ? new SslStream(new NetworkStream(socket)) : null;
        if (tls is not null)
            await tls.AuthenticateAsServerAsync(TestCertificates.Server);
        var peer = new ScriptedPeer(socket, tls);
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
