using System.Buffers;
using System.Threading.Tasks.Sources;

namespace SumSocket.Sockets.Tls;

/// <summary>The stream of encrypted bytes below an <see cref="System.Net.Security.SslStream"/>. A write never waits: what the kernel does
/// not take at once stays here until <see cref="FlushAsync"/>. A read that has to wait holds no object but this one.</summary>
/// <remarks>Not thread-safe: <see cref="TlsTransport"/> calls it under its lock.</remarks>
internal sealed class TransportStream(ITransport transport) : Stream, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _read; // completes on the thread that calls Complete
    private Memory<byte> _waiting;                     // where the read that waits puts its bytes; empty when it only waits for some
    private byte[]? _unsent;
    private int _unsentCount;

    /// <summary>Where reads that had to wait go on; null for the thread on which they complete.</summary>
    public HandshakeStep? Handshake { get; set; }

    /// <summary>How many bytes the handshake has read.</summary>
    public int HandshakeBytes { get; private set; }

    /// <summary>Whether the reader has been given the end of the TCP stream.</summary>
    /// <remarks>This is how an end without close_notify is known, which <c>SslStream</c> reports as an ordinary end of the stream. When it
    /// has decrypted close_notify it reads no further (<c>SslStream.ReadAsyncInternal</c>, on <c>ContextExpired</c>), so its end with
    /// this set is one that the peer did not announce. Held by tests, as .NET 10.0 behaves.</remarks>
    public bool HasEnded { get; private set; }

    /// <summary>The first bytes of the stream, once there are any.</summary>
    public FirstBytes First { get; private set; }

    /// <summary>Whether the kernel has not yet taken everything written.</summary>
    public bool HasUnsent => _unsentCount > 0;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Reads what is there, else waits without holding memory of its own. An empty buffer only waits.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellationToken);
        if (!buffer.IsEmpty && TryRead(buffer) is var count and >= 0)
            return new ValueTask<int>(count);
        _waiting = buffer;
        _read.Reset();
        if (!transport.BeginReceive(out _, out SocketError error))
        {
            if (Handshake is { } handshake) // also its first step leaves the thread that accepts
                handshake.Queue(error);
            else
                Complete(error);
        }

        return new ValueTask<int>(this, _read.Version);
    }

    /// <summary>The read that waits goes on: there are bytes, or the transport has failed.</summary>
    public void Complete(SocketError error)
    {
        try
        {
            int count = 0;
            while (error == SocketError.Success && !_waiting.IsEmpty && (count = TryRead(_waiting)) < 0)
            {
                if (transport.BeginReceive(out _, out error))
                    return;
            }

            if (error != SocketError.Success)
                throw new SocketException((int)error);
            _waiting = default;
            _read.SetResult(count);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or NotTlsException)
        {
            _waiting = default;
            _read.SetException(failure);
        }
    }

    /// <summary>Sends what the kernel takes at once and keeps the rest.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer);
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits until the kernel has taken everything written.</summary>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_unsent is not { } unsent)
            return;
        await transport.SendAsync(unsent.AsMemory(0, _unsentCount)).ConfigureAwait(false);
        (_unsent, _unsentCount) = (null, 0);
        ArrayPool<byte>.Shared.Return(unsent);
    }

    /// <summary>The alert with which <c>SslStream</c> ends a handshake, as far as it is taken.</summary>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsMemory(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    /// <returns>The bytes read, 0 at the end of the stream, -1 when there are none.</returns>
    private int TryRead(Memory<byte> buffer)
    {
        int count = transport.TryReceive(buffer);
        HasEnded |= count == 0;
        if (Handshake is not null && count > 0)
            HandshakeBytes += count;
        if (count > 0 && First.IsEmpty)
        {
            First = new FirstBytes(buffer.Span[..count]);
            if (!First.IsTls)
                throw new NotTlsException();
        }

        return count;
    }

    private void Write(ReadOnlyMemory<byte> bytes)
    {
        int sent = HasUnsent ? 0 : transport.TrySend(bytes);
        if (sent < bytes.Length)
            Keep(bytes.Span[sent..]);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        byte[] unsent = ArrayPool<byte>.Shared.Rent(_unsentCount + bytes.Length);
        if (_unsent is not null)
        {
            _unsent.AsSpan(0, _unsentCount).CopyTo(unsent);
            ArrayPool<byte>.Shared.Return(_unsent);
        }

        bytes.CopyTo(unsent.AsSpan(_unsentCount));
        _unsent = unsent;
        _unsentCount += bytes.Length;
    }
}

/// <summary>The peer's first bytes are no TLS.</summary>
internal sealed class NotTlsException : IOException;
