using System.Diagnostics.CodeAnalysis;
using System.Net.Security;

namespace SumSocket.Sockets.Tls;

/// <summary>TLS over another transport. It holds no buffer while it waits for the peer, unless it was given one.</summary>
/// <remarks><para>Everything that touches the TLS state runs under one lock: <c>SslStream</c> takes one itself for encrypting and
/// decrypting, but not for close_notify, which any thread may send here while another one receives. The lock is never held while a handler
/// runs: a receive that completes under it is passed on behind it.</para>
/// <para>Before the handshake, and when it has failed, this is the bare transport.</para></remarks>
// rule S1
[SuppressMessage("Reliability", "CA2012", Justification = "Each read is kept until it has completed, and then consumed once.")]
internal sealed partial class TlsTransport : ITransport, ITransportHandler
{
    /// <summary>Bytes encrypted at a time: one record, the longest there is (RFC 8446, section 5.1).</summary>
    private const int MaxRecord = 16 * 1024;

    private readonly ITransport _inner;
    private readonly TransportStream _stream;
    private readonly Memory<byte> _buffer;
    private readonly Action _onRead;
    private SslStream? _ssl; // from the end of the handshake
    private ITransportHandler? _handler;
    private ValueTask<int> _read;
    private bool _isReading;      // a read was begun and its result not yet taken
    private bool _isHandled;      // the handler must be called when it completes
    private bool _hasCompleted;   // it must be called now
    private bool _isReady;        // what was received is decrypted, or the stream has ended
    private bool _mayHaveMore;    // the last receive filled its buffer
    private bool _hasEnded;
    private bool _isEndExpected;  // this side has ended the receiving side itself
    private bool _hasSentEnd;
    private int _encryptedAhead;  // bytes that TrySend has encrypted, not wholly sent, and not counted as taken

    /// <summary>Takes over a transport.</summary>
    /// <param name="inner">What carries the encrypted bytes, made without a buffer.</param>
    /// <param name="buffer">Where <see cref="BeginReceive"/> puts the bytes; null to wait without holding a buffer.</param>
    public TlsTransport(ITransport inner, byte[]? buffer = null)
    {
        _inner = inner;
        _buffer = buffer;
        _stream = new TransportStream(inner);
        _onRead = () => _hasCompleted = true;
        inner.Attach(this);
    }

    /// <inheritdoc/>
    public EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    /// <inheritdoc/>
    public PlainTransport Bare => _inner.Bare;

    /// <summary>Encrypted bytes not yet read; what may be decrypted already counts as much as can be.</summary>
    public int Available => _inner.Available + (_isReady || _mayHaveMore ? 2 * MaxRecord : 0);

    /// <inheritdoc/>
    public bool IsCut { get; private set; }

    /// <inheritdoc/>
    public void Attach(ITransportHandler handler) => _handler = handler;

    /// <inheritdoc/>
    public bool BeginReceive(out int received, out SocketError error)
    {
        lock (_stream)
        {
            BeginRead();
            if (_read.IsCompleted)
            {
                TakeRead(out received, out error);
                return false;
            }

            (received, error, _isHandled) = (0, SocketError.Success, true);
            _read.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_onRead);
            return true;
        }
    }

    /// <inheritdoc/>
    public int TryReceive(Memory<byte> buffer)
    {
        lock (_stream)
        {
            if (_ssl is null)
                return _inner.TryReceive(buffer);
            if (!_isReady)
            {
                BeginRead();
                if (!_read.IsCompleted)
                    return -1; // this read goes on, and is the next one
                TakeRead(out _, out SocketError error);
                if (error != SocketError.Success)
                    throw new SocketException((int)error);
            }

            _isReady = false;
            _mayHaveMore = false;
            if (_hasEnded)
                return 0;
            int received = Completed(_ssl.ReadAsync(buffer));
            _mayHaveMore = received == buffer.Length;
            return received > 0 ? received : EndOfStream();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        if (_ssl is null)
            return await _inner.ReceiveAsync(buffer).ConfigureAwait(false);
        while (true)
        {
            int received = TryReceive(buffer);
            if (received >= 0)
                return received;
            var waiter = new Waiter();
            Attach(waiter);
            if (BeginReceive(out _, out SocketError error))
                error = await waiter.Task.ConfigureAwait(false);
            if (error != SocketError.Success)
                throw new SocketException((int)error);
        }
    }

    /// <inheritdoc/>
    public int TrySend(ReadOnlyMemory<byte> bytes)
    {
        lock (_stream)
        {
            int sent = 0;
            while (sent < bytes.Length && !_stream.HasUnsent)
            {
                int length = Encrypt(bytes[sent..]);
                if (_stream.HasUnsent)
                    _encryptedAhead = length;
                else
                    sent += length;
            }

            return sent;
        }
    }

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        bytes = bytes[_encryptedAhead..];
        _encryptedAhead = 0;
        while (true)
        {
            await _stream.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            if (bytes.IsEmpty)
                return;
            lock (_stream)
                bytes = bytes[Encrypt(bytes)..];
        }
    }

    /// <summary>Sends close_notify, behind everything sent, and ends the sending side below it.</summary>
    // rule S5
    public void EndSending()
    {
        lock (_stream)
        {
            if (_ssl is not null && !_hasSentEnd && !_stream.HasUnsent) // else the peer does not read, and gets no more than that
            {
                _hasSentEnd = true;
                try
                {
                    _ = _ssl.ShutdownAsync(); // it completes at once, as all writes here do
                }
                catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
                {
                    // The connection has ended already: a receive reports how.
                }
            }
        }

        _inner.EndSending();
    }

    /// <inheritdoc/>
    public void EndReceiving()
    {
        _isEndExpected = true;
        _inner.EndReceiving();
    }

    /// <inheritdoc/>
    public void Abort()
    {
        _inner.Abort();
        _ssl?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _inner.Dispose();
        _ssl?.Dispose();
    }

    /// <inheritdoc/>
    public TcpInfo? ReadTcpInfo() => _inner.ReadTcpInfo();

    /// <summary>The transport below has something to read.</summary>
    void ITransportHandler.OnReceived(int received, SocketError error)
    {
        if (_stream.Handshake is { } handshake)
            handshake.Queue(error);
        else
            Complete(error);
    }

    /// <summary>The read that <see cref="_stream"/> waits in goes on, and what follows from it.</summary>
    internal void Complete(SocketError error)
    {
        int received;
        lock (_stream)
        {
            _stream.Complete(error);
            if (!_hasCompleted || !_isHandled)
                return;
            (_hasCompleted, _isHandled) = (false, false);
            TakeRead(out received, out error);
        }

        _handler!.OnReceived(received, error);
    }

    private void BeginRead()
    {
        if (_isReading)
            return;
        _mayHaveMore = false;
        _isReading = true;
        _read = _hasEnded ? new ValueTask<int>(0) : _ssl!.ReadAsync(_buffer);
    }

    private void TakeRead(out int received, out SocketError error)
    {
        _isReading = false;
        (received, error) = (0, SocketError.Success);
        try
        {
            received = Completed(_read);
            _isReady = _buffer.IsEmpty;
            if (received == 0 && !_isReady)
                EndOfStream();
        }
        catch (SocketException failure)
        {
            error = failure.SocketErrorCode;
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
        }
    }

    /// <returns>How many bytes of <paramref name="bytes"/> went into one record.</returns>
    private int Encrypt(ReadOnlyMemory<byte> bytes)
    {
        if (_hasSentEnd)
            throw new SocketException((int)SocketError.Shutdown); // as the kernel says it of a socket
        ReadOnlyMemory<byte> record = bytes[..Math.Min(MaxRecord, bytes.Length)];
        try
        {
            _ssl!.WriteAsync(record).GetAwaiter().GetResult(); // it completes at once, as all writes here do
            return record.Length;
        }
        catch (IOException failure)
        {
            throw TlsFailure.ToSocketException(failure);
        }
    }

    /// <summary>The result of a read that has completed; the end of the stream inside a record is one too.</summary>
    private int Completed(ValueTask<int> read)
    {
        try
        {
            return read.GetAwaiter().GetResult();
        }
        catch (IOException failure)
        {
            if (_stream.HasEnded)
                return EndOfStream();
            throw TlsFailure.ToSocketException(failure);
        }
    }

    private int EndOfStream()
    {
        IsCut = _stream.HasEnded && !_isEndExpected;
        _hasEnded = true;
        return 0;
    }
}
