using System.Buffers;

namespace SumSocket.Client.Tcp;

/// <summary>One connection to examine. Nothing is retried and nothing hidden: each answer and the end come as values, with the instant at
/// which they were seen.</summary>
/// <remarks><para>It waits without a buffer, a task or a timer, so that thousands can be held silent. A wait reads nothing: what comes
/// while there is no handler stays in the kernel, and only the instant is kept.</para>
/// <para>When a peer dies while a send and a receive are pending, Linux gives the error to the send, and the receive and all later ones
/// end with 0 bytes, as after an end in order. So 0 bytes count as that only if no send has failed and the kernel's state says so.</para>
/// </remarks>
internal sealed class ProbeConnection : ITransportHandler, IDisposable
{
    private const int BufferSize = 4096;

    private readonly ITransport _transport; // its lock guards what follows
    private IProbeHandler? _handler;
    private ProbeReader? _reader;   // only inside an answer, or with answers left over
    private ProbeResult? _unclaimed; // came as its handler was withdrawn; or the end, which stays
    private long _readyAt;          // when the wait completed; 0 once that is used
    private SocketError _readyError;
    private SocketError _sendError;
    private Waiting _waiting;
    private bool _isSending;
    private bool _hasEndedSending;
    private bool _isDisposed;

    /// <param name="transport">A connected transport without a buffer, which this takes over.</param>
    /// <param name="clock">The clock of time stamps.</param>
    public ProbeConnection(ITransport transport, TimeProvider clock)
    {
        (_transport, Clock) = (transport, clock);
        transport.Attach(this);
    }

    private enum Waiting
    {
        No,
        ForBytes,
        ForSend, // the end is known, and its cause is what the pending send fails with
        Reading,
    }

    /// <summary>The clock of time stamps.</summary>
    public TimeProvider Clock { get; }

    /// <summary>This side's address; null when it is closed.</summary>
    public IPEndPoint? LocalEndPoint => Read(() => (IPEndPoint?)_transport.Bare.LocalEndPoint);

    /// <summary>The peer's address; null when it is gone.</summary>
    public IPEndPoint? RemoteEndPoint => Read(() => (IPEndPoint?)_transport.RemoteEndPoint);

    /// <summary>What the last send failed with; <see cref="SocketError.Success"/> when none has.</summary>
    public SocketError SendError => _sendError;

    /// <summary>All that the kernel knows of the connection, also after its end (Linux); null when this side has closed it.</summary>
    public TcpDetails? ReadTcpDetails() => _transport.Bare.ReadTcpDetails();

    /// <summary>The socket options that are in effect; null when this side has closed it.</summary>
    public EffectiveOptions? ReadOptions() => _transport.Bare.ReadEffectiveOptions();

    /// <summary>Sends a request, without waiting.</summary>
    /// <returns>Why it did not leave; <see cref="SocketError.WouldBlock"/> when there is no room for all of it, after which no request
    /// can follow.</returns>
    public SocketError Send(in Request request, RequestProbe? probe = null)
    {
        byte[] bytes = new byte[MessageWriter.MaxProbeRequestLength];
        int length = probe is null
            ? MessageWriter.WriteRequest(bytes, request)
            : MessageWriter.WriteRequest(bytes, request, probe.Value);
        try
        {
            return _transport.TrySend(bytes.AsMemory(0, length)) == length ? SocketError.Success : SocketError.WouldBlock;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return Note(failure);
        }
    }

    /// <summary>Sends bytes, waiting for room. Only closing ends it early. One at a time.</summary>
    /// <returns>Why not all of them left.</returns>
    public async Task<SocketError> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        SocketError error = SocketError.Success;
        try
        {
            lock (_transport)
                _isSending = true;
            int sent = _transport.TrySend(bytes);
            if (sent < bytes.Length)
                await _transport.SendAsync(bytes[sent..]).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            error = Note(failure);
        }

        lock (_transport)
        {
            _isSending = false;
            if (_waiting != Waiting.ForSend)
                return error;
            _waiting = Waiting.Reading;
        }

        Run();
        return error;
    }

    /// <summary>Asks for the next result. It comes once: for the one behind it, ask again. Another handler that waits is replaced.</summary>
    /// <param name="handler">What gets it, perhaps before this returns.</param>
    public void Receive(IProbeHandler handler)
    {
        lock (_transport)
        {
            _handler = handler;
            if (_waiting != Waiting.No)
                return;
            _waiting = Waiting.Reading;
        }

        Run();
    }

    /// <summary>Withdraws a handler: what comes from now on waits for the next.</summary>
    /// <returns>False when it has been given a result, or is about to be.</returns>
    public bool StopReceiving(IProbeHandler handler)
    {
        lock (_transport)
        {
            if (_handler != handler)
                return false;
            _handler = null;
            return true;
        }
    }

    /// <summary>The next result, or <see cref="ProbeOutcome.NoAnswer"/> after <paramref name="timeout"/>.</summary>
    /// <exception cref="OperationCanceledException">Only when <paramref name="stop"/> was cancelled.</exception>
    public async Task<ProbeResult> ReceiveAsync(TimeSpan timeout, CancellationToken stop = default)
    {
        var waiter = new Waiter();
        Receive(waiter);
        try
        {
            return await waiter.Task.WaitAsync(timeout, Clock, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            if (!StopReceiving(waiter))
                return await waiter.Task.ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
            return new ProbeResult(ProbeOutcome.NoAnswer, Clock.GetTimestamp());
        }
    }

    /// <summary>Ends the sending side (FIN), over TLS announced by close_notify.</summary>
    public void EndSending()
    {
        lock (_transport)
            _hasEndedSending = true;
        _transport.EndSending();
    }

    /// <summary>Closes with a reset.</summary>
    public void Reset()
    {
        lock (_transport)
            _isDisposed = true;
        _transport.Abort();
    }

    /// <summary>Closes in order. A handler that waits gets <see cref="ProbeOutcome.Closed"/>.</summary>
    public void Dispose()
    {
        lock (_transport)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        _transport.EndSending(); // else the runtime resets a socket that is closed under a receive
        _transport.Dispose();
    }

    /// <inheritdoc/>
    void ITransportHandler.OnReceived(int received, SocketError error)
    {
        long now = Clock.GetTimestamp();
        lock (_transport)
        {
            (_readyAt, _readyError) = (now, error);
            _waiting = _handler is null ? Waiting.No : Waiting.Reading;
            if (_waiting == Waiting.No)
                return;
        }

        Run();
    }

    /// <summary>Reads up to the next result, or to where the peer must be waited for.</summary>
    private void Run()
    {
        while (true)
        {
            ProbeResult? result = _unclaimed;
            if (result is null && !TryRead(out result))
                return;
            if (result is not null)
            {
                Claim(result)?.OnResult(this, result);
                return;
            }

            if (IsPending(out SocketError error))
                return; // it goes on in OnReceived, perhaps before this line
            lock (_transport)
                (_readyAt, _readyError, _waiting) = (Clock.GetTimestamp(), error, Waiting.Reading);
        }
    }

    /// <summary>The handler for a result, which is kept where there is none. An end stays for all that ask later.</summary>
    private IProbeHandler? Claim(ProbeResult result)
    {
        lock (_transport)
        {
            IProbeHandler? handler = _handler;
            _unclaimed = handler is null || result.IsEnd ? result : null;
            (_handler, _waiting) = (null, Waiting.No);
            return handler;
        }
    }

    private bool IsPending(out SocketError error)
    {
        try
        {
            lock (_transport)
                _waiting = Waiting.ForBytes;
            return _transport.BeginReceive(out _, out error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
            return false;
        }
    }

    /// <summary>Reads what is there.</summary>
    /// <param name="result">What it makes; null when more is needed.</param>
    /// <returns>False when the cause of the end is not known before the pending send has failed.</returns>
    private bool TryRead(out ProbeResult? result)
    {
        long at = _readyAt != 0 ? _readyAt : Clock.GetTimestamp();
        (SocketError error, result) = (_readyError, null);
        (_readyAt, _readyError) = (0, SocketError.Success);
        if (error == SocketError.Success && _reader is { HasMore: true })
        {
            result = Decode([], at);
            return true;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int received = error == SocketError.Success ? _transport.TryReceive(buffer) : 0;
            if (error != SocketError.Success)
                result = Failure(error, at);
            else if (received == 0)
                return TryEnd(at, out result);
            else if (received > 0)
                result = Decode(buffer.AsSpan(0, received), at);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            result = Failure(CodeOf(failure), at);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return true;
    }

    private ProbeResult? Decode(ReadOnlySpan<byte> bytes, long at)
    {
        _reader ??= new ProbeReader();
        ProbeResult? result = _reader.Take(bytes, at);
        if (!_reader.HasMore && !_reader.IsInsideAnswer)
            _reader = null;
        return result;
    }

    /// <summary>0 bytes came.</summary>
    private bool TryEnd(long at, out ProbeResult? result)
    {
        TcpDetails? tcp = ReadTcpDetails();
        bool isGone = tcp is { State: TcpState.Closed } && !_hasEndedSending; // a peer's FIN leaves another state
        lock (_transport)
        {
            if (isGone && _sendError == SocketError.Success && _isSending)
            {
                (_readyAt, _waiting, result) = (at, Waiting.ForSend, null);
                return false;
            }
        }

        SocketError error = _sendError != SocketError.Success ? _sendError : isGone ? _transport.Bare.TakeError() : SocketError.Success;
        if (isGone && error == SocketError.Success)
            error = SocketError.SocketError;
        // EPIPE is a reset behind the peer's FIN (tcp_reset in net/ipv4/tcp_input.c).
        if (error is not (SocketError.Success or SocketError.Shutdown))
        {
            result = Failure(error, at);
            return true;
        }

        ProbeOutcome outcome = _transport.IsCut ? ProbeOutcome.EndedUnannounced
            : _reader is { IsInsideAnswer: true } ? ProbeOutcome.EndedInAnswer
            : ProbeOutcome.Ended;
        result = new ProbeResult(outcome, at) { Tcp = tcp };
        return true;
    }

    private ProbeResult Failure(SocketError error, long at)
    {
        ProbeOutcome outcome = _isDisposed || error == SocketError.OperationAborted ? ProbeOutcome.Closed
            : SocketErrors.IsReset(error) ? ProbeOutcome.Reset
            : ProbeOutcome.Failed;
        return new ProbeResult(outcome, at) { Error = error, Tcp = ReadTcpDetails() };
    }

    private SocketError Note(Exception failure)
    {
        SocketError error = CodeOf(failure);
        lock (_transport)
        {
            if (_sendError == SocketError.Success)
                _sendError = error;
        }

        return error;
    }

    private static SocketError CodeOf(Exception failure) =>
        failure is SocketException socket ? socket.SocketErrorCode : SocketError.OperationAborted;

    private static T? Read<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private sealed class Waiter()
        : TaskCompletionSource<ProbeResult>(TaskCreationOptions.RunContinuationsAsynchronously), IProbeHandler
    {
        public void OnResult(ProbeConnection connection, ProbeResult result) => SetResult(result);
    }
}
