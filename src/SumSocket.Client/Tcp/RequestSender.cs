using System.Buffers;

namespace SumSocket.Client.Tcp;

/// <summary>The sending half of a connection. Callers write their requests into a buffer, and at most one of them, or the thread pool,
/// sends. Meanwhile the next requests gather, so a busy connection shares system calls.</summary>
/// <remarks>The buffers hold at most <see cref="SumTcpClientOptions.MaxInFlight"/> requests: what is unsent is in flight too.</remarks>
internal sealed class RequestSender(ITransport transport, Lock coreLock) : IThreadPoolWorkItem
{
    private byte[]? _gathering; // from the pool, whose last one is warm in the processor's cache
    private int _room = 1024;
    private int _gathered;
    private long _taken;        // bytes handed to the kernel, or about to be
    private bool _isSending;
    private TaskCompletionSource? _settled;

    public SocketError Error { get; private set; }

    /// <summary>The last send that had to wait for room in the kernel.</summary>
    public Task Rest { get; private set; } = Task.CompletedTask;

    /// <summary>Whether a byte at this place of the stream may have left. Under the lock.</summary>
    public bool MayHaveSent(long position) => position < _taken;

    /// <summary>Writes one request behind the others. Under the lock.</summary>
    /// <returns>Where in the stream it begins.</returns>
    public long Append(long a, long b)
    {
        if (_gathering is null || _gathering.Length - _gathered < MessageWriter.MaxRequestLength)
            Grow();
        long start = _taken + _gathered;
        _gathered += MessageWriter.WriteRequest(_gathering.AsSpan(_gathered), new Request(a, b));
        return start;
    }

    /// <summary>Makes the caller the one who sends, unless there is one. Under the lock.</summary>
    /// <returns>True when the caller must now call <see cref="Send"/>, outside the lock.</returns>
    public bool TryClaim()
    {
        if (_isSending || _gathered == 0)
            return false;
        return _isSending = true;
    }

    /// <summary>Lets what is written from now on gather, unless there is a sender. Under the lock.</summary>
    /// <returns>True when the caller must call <see cref="Send"/>, outside the lock, also when nothing has come.</returns>
    public bool TryHold() => !_isSending && (_isSending = true);

    /// <summary>Ends when no send is under way: it has failed, or has nothing left to send.</summary>
    public Task WhenSettledAsync()
    {
        lock (coreLock)
        {
            if (!_isSending || Error != SocketError.Success)
                return Task.CompletedTask;
            return (_settled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Drops what was gathered: nothing more leaves, even by a sender that has the claim already. Under the lock.</summary>
    public void Withdraw() => _gathered = 0;

    /// <summary>Sends what was gathered; never blocks.</summary>
    /// <param name="here">True sends once on this thread, for a request that is alone and wants the shortest way. False leaves it to the
    /// pool, and meanwhile more requests gather.</param>
    public void Send(bool here)
    {
        if (!here || TrySendGathered())
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Sends until nothing is left.</summary>
    public void Execute()
    {
        while (TrySendGathered())
        {
        }
    }

    /// <returns>True when there is more to send, and the caller is still the one to do it.</returns>
    private bool TrySendGathered()
    {
        int length;
        byte[] bytes;
        lock (coreLock)
        {
            if (!KeepClaim()) // withdrawn, or nothing came while it was held
                return false;
            (bytes, length) = (_gathering!, _gathered);
            (_gathering, _gathered) = (null, 0);
            _taken += length;
        }

        int sent;
        try
        {
            sent = transport.TrySend(bytes.AsMemory(0, length));
        }
        catch (Exception failure) // whatever it is, the receiving half must hear of it
        {
            Fail(failure);
            return false;
        }

        if (sent < length)
        {
            Rest = SendRestAsync(bytes, sent, length);
            return false;
        }

        ArrayPool<byte>.Shared.Return(bytes);
        return HasMore();
    }

    /// <summary>The kernel's buffer is full: waits for room without a thread. Never throws.</summary>
    private async Task SendRestAsync(byte[] bytes, int sent, int length)
    {
        try
        {
            await transport.SendAsync(bytes.AsMemory(sent, length - sent)).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Fail(failure);
            return;
        }

        ArrayPool<byte>.Shared.Return(bytes);
        if (HasMore())
            Execute();
    }

    private void Grow()
    {
        if (_gathering is not null)
            _room = 2 * _gathering.Length;
        byte[] larger = ArrayPool<byte>.Shared.Rent(_room);
        if (_gathering is not null)
        {
            _gathering.AsSpan(0, _gathered).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_gathering);
        }

        _gathering = larger;
    }

    private bool HasMore()
    {
        lock (coreLock)
            return KeepClaim();
    }

    private bool KeepClaim()
    {
        _isSending = _gathered > 0;
        if (!_isSending)
            _settled?.TrySetResult();
        return _isSending;
    }

    /// <summary>Nothing more is sent, and the claim is never given back. The connection's end is left to the receiving half, which first
    /// takes the answers that arrived before; its side is shut down so that it does not wait for others.</summary>
    private void Fail(Exception failure)
    {
        lock (coreLock)
        {
            Error = failure is SocketException socket ? socket.SocketErrorCode : SocketError.OperationAborted;
            _settled?.TrySetResult();
        }

        transport.EndReceiving();
    }
}
