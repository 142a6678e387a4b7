using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SumSocket.Protocol;

namespace SumSocket.Server.Tcp;

/// <summary>
/// One peer: one socket, one task, one loop. It waits without a buffer, receives, answers every whole message with one send, and does not
/// receive again before that is sent, which is all the back-pressure there is. Its deadlines are data, judged by the sweep
/// (<see cref="CheckDeadlines"/>): no timer and no cancellation token per receive.
/// </summary>
internal sealed class SumTcpConnection
{
    /// <summary>The size in bytes of each of the two buffers that a connection holds while it is not idle, and so of what it holds for a slow reader.</summary>
    internal const int BufferSize = 16 * 1024;

    /// <summary>
    /// The bytes a peer may have handled without ever making the loop wait. Then the loop yields, so that a peer that always has more to say
    /// does not keep the others of its thread waiting.
    /// </summary>
    internal const int TurnBytes = 64 * 1024;

    private readonly PeerSocket _peer;
    private readonly TcpServerContext _context;
    private readonly bool _admitted;
    private readonly long _opened;
    private readonly long _lifetimeDeadline;
    private long _readDeadline;
    private long _writeDeadline = ServiceClock.Never;
    private RequestAnswerer _answerer;
    private ConnectionTurn _turn;
    private Farewell? _farewell;
    private int _reason;

    /// <summary>Takes an accepted socket over.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="id">The connection's number in the log.</param>
    /// <param name="peer">The peer's address, which limits count by.</param>
    /// <param name="admitted">False to answer <c>busy</c> and close.</param>
    /// <param name="context">What all connections of the server share.</param>
    public SumTcpConnection(Socket socket, long id, IPAddress peer, bool admitted, TcpServerContext context)
    {
        _peer = new PeerSocket(socket);
        _context = context;
        _admitted = admitted;
        _opened = context.Clock.Now;
        _lifetimeDeadline = context.Clock.After(context.Options.MaxLifetime);
        _readDeadline = context.Clock.After(context.Options.ReadTimeout);
        _answerer = new RequestAnswerer(context.RequestLog, id);
        Id = id;
        Peer = peer;
    }

    /// <summary>The connection's number in the log, from 1.</summary>
    public long Id { get; }

    /// <summary>The peer's address.</summary>
    public IPAddress Peer { get; }

    /// <summary>Requests answered so far, errors included.</summary>
    public long Answered => _answerer.Answered;

    /// <summary>Requests answered with an error so far.</summary>
    public long Errors => _answerer.Errors;

    /// <summary>How long the connection has been open.</summary>
    public TimeSpan Age => _context.Clock.Since(_opened);

    /// <summary>Whether it counts against the limits, or was only answered <c>busy</c>.</summary>
    public bool IsAdmitted => _admitted;

    /// <summary>Why it ended; <see cref="CloseReason.None"/> while it has not.</summary>
    public CloseReason Reason => (CloseReason)Volatile.Read(ref _reason);

    /// <summary>Whether the loop waits for the peer, with everything received answered and sent.</summary>
    internal bool IsParked => _turn.IsParked(out _);

    /// <summary>Whether a message was begun and has not ended.</summary>
    internal bool IsInsideMessage => _answerer.IsInsideMessage;

    /// <summary>Whether answers wait for the peer to take them.</summary>
    internal bool IsSending => Volatile.Read(ref _writeDeadline) != ServiceClock.Never;

    /// <summary>Bytes received and not yet looked at.</summary>
    internal int Unread => _peer.Available;

    /// <summary>Serves the peer to the end. Never throws; the socket is closed when it returns.</summary>
    public async Task RunAsync()
    {
        try
        {
            _peer.Prepare();
            SumTcpServerLog.ConnectionOpened(_context.Log, Id, _peer.Socket.RemoteEndPoint);
            CloseReason reason = _admitted ? await ServeAsync().ConfigureAwait(false) : CloseReason.Busy;
            if (reason != CloseReason.None && TryName(reason))
                await SayLastAnswerAsync().ConfigureAwait(false);
            if (!Reason.PeerWentFirst() && WaitForFarewell() is { } farewell)
                await farewell.FinishAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Once the end has a reason, the socket may have been closed under a pending call: that failure is no news, any other one is.
            bool isNews = TryName(CloseReasons.For(e)) ? Reason == CloseReason.InternalError : e is not (SocketException or ObjectDisposedException);
            if (isNews)
                SumTcpServerLog.ConnectionFailed(_context.Log, Id, e);
        }
        finally
        {
            _peer.Dispose();
            _context.Ended(this);
        }
    }

    /// <summary>Judges the deadlines. Called by the sweep, on a thread of its own, while the loop runs.</summary>
    /// <param name="now">The time, as the server's clock tells it.</param>
    public void CheckDeadlines(long now)
    {
        if (Volatile.Read(ref _farewell) is { } farewell)
        {
            if (farewell.IsOver(now))
                _peer.Dispose();
        }
        else if (now >= Volatile.Read(ref _writeDeadline))
        {
            Cut(CloseReason.WriteTimeout);
        }
        else if (_turn.IsParked(out int parking) && DueReason(now) is var due and not CloseReason.None
            && _peer.Available == 0 // else the loop is about to wake: it answers first and then judges for itself
            && _turn.TryTakeOver(parking))
        {
            TakeOver(due);
        }
    }

    /// <summary>Ends the connection at once: with a reset, but where everything was answered and only the peer's end is missing.</summary>
    public void Cut(CloseReason reason)
    {
        TryName(reason);
        if (Volatile.Read(ref _farewell) is null)
            _peer.Abort();
        else
            _peer.Dispose(); // a reset would destroy answers that the peer has not read yet
    }

    /// <summary>Receives and answers until the connection is to end.</summary>
    /// <returns>Why it is to end; <see cref="CloseReason.None"/> when the sweep has ended it.</returns>
    private async Task<CloseReason> ServeAsync()
    {
        int handled = 0;
        while (true)
        {
            ValueTask<int> data = _peer.WaitForDataAsync();
            if (data.IsCompleted)
            {
                await data.ConfigureAwait(false);
            }
            else
            {
                handled = 0;
                _turn.Park();
                await data.ConfigureAwait(false);
                if (!_turn.TryUnpark())
                    return CloseReason.None;
            }

            (CloseReason reason, int received) = await TurnAsync().ConfigureAwait(false);
            if (reason != CloseReason.None)
                return reason;
            handled += received;
            if (handled < TurnBytes)
                continue;
            handled = 0;
            await Task.Yield();
        }
    }

    /// <summary>Receives what is there and answers it, with buffers that it holds no longer than that.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // a send that has to wait would allocate a task otherwise
    private async ValueTask<(CloseReason Reason, int Received)> TurnAsync()
    {
        byte[] input = ArrayPool<byte>.Shared.Rent(BufferSize);
        byte[] output = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int total = 0;
            int backlog = int.MaxValue; // once the connection is due to end: what was received before that and is still to be answered
            while (true)
            {
                int received = _peer.Receive(input.AsSpan(0, BufferSize));
                if (received <= 0)
                    return (received < 0 ? CloseReason.None : _answerer.IsInsideMessage ? CloseReason.Truncated : CloseReason.PeerClosed, total);
                total += received;

                long answered = _answerer.Answered;
                for (int at = 0; at < received;)
                {
                    ErrorCode broken = _answerer.Answer(input.AsSpan(at, received - at), output, out int consumed, out int written);
                    if (_answerer.Answered != answered)
                        _readDeadline = _context.Clock.After(_context.Options.ReadTimeout);
                    int sent = _peer.TrySend(output.AsSpan(0, written));
                    if (sent < written)
                        await SendRestAsync(output.AsMemory(sent, written - sent)).ConfigureAwait(false);
                    if (broken != ErrorCode.None)
                        return (CloseReasons.For(broken), total);
                    at += consumed;
                }

                CloseReason due = DueReason(_context.Clock.LastTick);
                if (due == CloseReason.None ? received < BufferSize || total >= TurnBytes : IsAnswered(ref backlog, received))
                    return (due, total);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    /// <summary>Whether nothing is left of what had been received when the connection became due to end. What came later is not waited for.</summary>
    private bool IsAnswered(ref int backlog, int received) => (backlog = Math.Min(backlog - received, _peer.Available)) <= 0;

    /// <summary>Sends what the kernel did not take at once. The write deadline runs for it as a whole.</summary>
    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> rest)
    {
        Volatile.Write(ref _writeDeadline, _context.Clock.After(_context.Options.WriteTimeout));
        await _peer.SendAsync(rest).ConfigureAwait(false);
        Volatile.Write(ref _writeDeadline, ServiceClock.Never);
    }

    private CloseReason DueReason(long now)
    {
        if (_context.IsDraining)
            return CloseReason.ServerStopping;
        if (now >= _lifetimeDeadline)
            return CloseReason.MaxLifetime;
        if (now < Volatile.Read(ref _readDeadline))
            return CloseReason.None;
        return _answerer.IsInsideMessage ? CloseReason.ReadTimeout : CloseReason.IdleTimeout;
    }

    private bool TryName(CloseReason reason) =>
        Interlocked.CompareExchange(ref _reason, (int)reason, (int)CloseReason.None) == (int)CloseReason.None;

    // ---- the end of the sending side: by the loop, or by the sweep in its stead ----

    private async ValueTask SayLastAnswerAsync()
    {
        byte[] answer = new byte[MessageWriter.MaxResponseLength];
        int length = WriteLastAnswer(answer);
        int sent = _peer.TrySend(answer.AsSpan(0, length));
        if (sent < length)
            await SendRestAsync(answer.AsMemory(sent, length - sent)).ConfigureAwait(false);
        EndSending();
    }

    private void TakeOver(CloseReason reason)
    {
        TryName(reason);
        try
        {
            Span<byte> answer = stackalloc byte[MessageWriter.MaxResponseLength];
            _peer.TrySend(answer[..WriteLastAnswer(answer)]); // everything before it was sent: only a peer that does not read has no room for it
        }
        finally
        {
            EndSending();
        }
    }

    private int WriteLastAnswer(Span<byte> answer)
    {
        ErrorCode code = Reason.LastAnswer();
        return code == ErrorCode.None ? 0 : _answerer.Interrupt(code, answer);
    }

    private void EndSending()
    {
        Volatile.Write(ref _farewell, new Farewell(_peer, Reason.IsPeersFault(), _context.Clock));
        _peer.ShutdownSend();
    }

    /// <summary>The farewell that the loop has begun itself or that the sweep, having taken over, is just about to; null when the connection was cut.</summary>
    private Farewell? WaitForFarewell()
    {
        var spin = default(SpinWait);
        while (_turn.IsTakenOver && Volatile.Read(ref _farewell) is null)
            spin.SpinOnce();
        return _farewell;
    }
}
