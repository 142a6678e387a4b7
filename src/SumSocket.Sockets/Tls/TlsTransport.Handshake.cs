using System.Net.Security;
using System.Security.Authentication;

namespace SumSocket.Sockets.Tls;

/// <summary>The handshake, which comes before everything else.</summary>
internal sealed partial class TlsTransport
{
    /// <summary>The first bytes that the peer sent.</summary>
    public FirstBytes First => _stream.First;

    /// <summary>Whether the peer has ended its sending side.</summary>
    public bool HasEnded => _stream.HasEnded;

    /// <inheritdoc/>
    public string? TlsSession => _ssl is { } ssl
        ? $"{(ssl.SslProtocol == SslProtocols.Tls13 ? "TLS 1.3" : "TLS 1.2")} {ssl.NegotiatedCipherSuite}"
        : null;

    /// <summary>How many bytes the handshake has read: with a resumed session fewer than the peer's certificate has.</summary>
    public int HandshakeBytes => _stream.HandshakeBytes;

    /// <summary>Bytes of the peer's certificate; 0 without one.</summary>
    public int PeerCertificateLength => _ssl?.RemoteCertificate?.GetRawCertData().Length ?? 0;

    /// <summary>Completes the handshake. Only closing the transport ends it early.</summary>
    /// <param name="authenticate">Begins it, on a thread of the pool.</param>
    /// <param name="queue">Where it is computed.</param>
    /// <param name="isServer">Whether the peer begins: then nothing is held until its first bytes are there.</param>
    /// <exception cref="Exception">It failed: any of what <c>SslStream</c> throws, or <see cref="NotTlsException"/>.</exception>
    public async Task<SslStream> HandshakeAsync(Func<SslStream, Task> authenticate, HandshakeQueue queue, bool isServer)
    {
        _stream.Handshake = new HandshakeStep(this, queue);
        if (isServer)
            await WaitForFirstBytes().ConfigureAwait(false);
        var ssl = new SslStream(_stream, leaveInnerStreamOpen: true);
        try
        {
            // It completes under the lock, inside a step of the queue. What follows is neither's business.
            await authenticate(ssl).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            _stream.Handshake = null;
            await ReturnBufferAsync(ssl).ConfigureAwait(false);
            _ssl = ssl;
            return ssl;
        }
        catch
        {
            _stream.Handshake = null;
            await ssl.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary><c>SslStream</c> keeps the buffer of the handshake until a read ends, so that a connection would hold 4 KiB until its first
    /// request. A read that is cancelled before it begins ends at once; what has come already stays.</summary>
    private static async Task ReturnBufferAsync(SslStream ssl)
    {
        try
        {
            await ssl.ReadAsync(Memory<byte>.Empty, new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Sends past TLS what is taken at once: only when the handshake has failed.</summary>
    public void TrySendBare(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            _inner.TrySend(bytes);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection has ended already.
        }
    }

    /// <inheritdoc/>
    public void Note(string decision) => _inner.Note(decision);

    private ValueTask<int> WaitForFirstBytes()
    {
        lock (_stream)
            return _stream.ReadAsync(Memory<byte>.Empty);
    }

    private sealed class Waiter() : TaskCompletionSource<SocketError>(TaskCreationOptions.RunContinuationsAsynchronously), ITransportHandler
    {
        public void OnReceived(int received, SocketError error) => SetResult(error);
    }
}
