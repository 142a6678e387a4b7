using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>A peer that does exactly what a test says, well or badly, on the wire or inside TLS.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly StringBuilder _received = new();
    private WatchedStream? _below;

    public RawPeer(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    /// <summary>The TLS on the socket; null without.</summary>
    public SslStream? Tls { get; private set; }

    public static async Task<RawPeer> ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server).WaitAsync(TestTimeout.Span);
        return new RawPeer(socket);
    }

    /// <summary>Completes a handshake that trusts the authority of the tests. Everything from then on is encrypted.</summary>
    public async Task<RawPeer> StartTlsAsync(Action<SslClientAuthenticationOptions>? change = null)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = TestCertificates.Trust() };
        change?.Invoke(options);
        Tls = new SslStream(_below = new WatchedStream(Socket));
        await Tls.AuthenticateAsClientAsync(options).WaitAsync(TestTimeout.Span);
        return this;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        if (Tls is not null)
        {
            try
            {
                await Tls.WriteAsync(bytes).AsTask().WaitAsync(TestTimeout.Span);
                return;
            }
            catch (IOException failure) when (failure.InnerException is SocketException cause)
            {
                throw cause;
            }
        }

        for (int sent = 0; sent < bytes.Length;)
            sent += await Socket.SendAsync(bytes.AsMemory(sent), SocketFlags.None).AsTask().WaitAsync(TestTimeout.Span);
    }

    /// <summary>The next answer, without its newline.</summary>
    public async Task<string> ReceiveLineAsync()
    {
        while (true)
        {
            string text = _received.ToString();
            int end = text.IndexOf('\n', StringComparison.Ordinal);
            if (end >= 0)
            {
                _received.Remove(0, end + 1);
                return text[..end];
            }

            if (await ReceiveSomeAsync() == 0)
                throw new EndOfStreamException($"The stream ended behind '{text}'.");
        }
    }

    public async Task<string> AskAsync(string request)
    {
        await SendAsync(request);
        return await ReceiveLineAsync();
    }

    /// <summary>All that still comes, up to a clean end of the stream; a reset throws.</summary>
    public async Task<string> ReceiveToEndAsync()
    {
        while (await ReceiveSomeAsync() > 0)
        {
        }

        string text = _received.ToString();
        _received.Clear();
        return text;
    }

    /// <summary>Ends the sending side as it should be, over TLS with close_notify.</summary>
    public void EndSending()
    {
        Tls?.ShutdownAsync().Wait(TestTimeout.Span);
        Socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Closes when everything is read, session tickets too: to close before would reset the connection.</summary>
    public async Task CloseAsync()
    {
        EndSending();
        await ReceiveToEndAsync();
        Dispose();
    }

    /// <summary>Closes with a reset.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    public void Dispose() => Socket.Dispose();

    private async Task<int> ReceiveSomeAsync()
    {
        int received = Tls is not null
            ? await Tls.ReadAsync(_buffer).AsTask().WaitAsync(TestTimeout.Span)
            : await Socket.ReceiveAsync(_buffer, SocketFlags.None).WaitAsync(TestTimeout.Span);
        if (received == 0 && _below is { HasEnded: true })
            throw new EndOfStreamException("The stream ended without close_notify.");
        _received.Append(Encoding.Latin1.GetString(_buffer, 0, received));
        return received;
    }

    /// <summary>Sees whether the TCP stream ended, which <see cref="SslStream"/> reads only where close_notify is missing.</summary>
    private sealed class WatchedStream(Socket socket) : NetworkStream(socket)
    {
        public bool HasEnded { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int received = await base.ReadAsync(buffer, cancellationToken);
            HasEnded |= received == 0 && !buffer.IsEmpty;
            return received;
        }
    }
}
