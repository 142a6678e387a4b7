using System.Buffers;
using System.Runtime.CompilerServices;

namespace SumSocket.Server.Tcp.Connection;

/// <summary>One peer: one socket, one loop. It waits without a buffer, receives, answers every whole message with one send, and does not
/// receive again before that is sent, which is all the back-pressure there is. Its deadlines are data, checked by the sweep
/// (<see cref="CheckDeadlines"/>): no timer and no cancellation token per receive.</summary>
/// <remarks>The loop lives from data to data, so an idle connection has no task.</remarks>
internal sealed partial class SumTcpConnection : ITransportHandler
{
    /// <summary>Bytes of each buffer, one for input and one for answers, which a connection holds while it is not idle.</summary>
    internal const int BufferSize = 16 * 1024;

    /// <summary>Bytes that a loop handles for one peer in a row; then it yields to the other connections of its thread.</summary>
    internal const int TurnBytes = 64 * 1024;

    private readonly ITransport _transport;
    private readonly TcpServerContext _context;
    private ConnectionDeadlines _deadlines;
    private RequestProcessor _processor;
    private LoopOwnership _turn;
    private CloseState _end;

    /// <summary>Takes over an accepted connection, which it closes. One that is not admitted is answered <c>busy</c>.</summary>
    public SumTcpConnection(ITransport transport, long id, bool admitted, TcpServerContext context)
    {
        _transport = transport;
        transport.Attach(this);
        _context = context;
        _deadlines = new ConnectionDeadlines(context);
        _processor = new RequestProcessor(id);
        IsAdmitted = admitted;
    }

    /// <summary>The connection's number in the log, from 1.</summary>
    public long Id => _processor.ConnectionId;

    /// <summary>Its place in the registry, which sets it.</summary>
    public int Slot { get; set; }

    public long Answered => _processor.Answered;

    public long Errors => _processor.Errors;

    public TimeSpan Age => _deadlines.Age(_context.Clock);

    /// <summary>Whether it counts against the limits, or was only answered <c>busy</c>.</summary>
    public bool IsAdmitted { get; }

    /// <summary>From when it has waited for a complete request; <see cref="SuspendAwareClock.Never"/> when it does not wait for
    /// one.</summary>
    public long WaitsSince => Preface == Preface.None && Reason == CloseReason.None ? _deadlines.Waiting : SuspendAwareClock.Never;

    /// <summary>Why it ended; <see cref="CloseReason.None"/> while it has not.</summary>
    public CloseReason Reason => _end.Reason;

    /// <summary>What it was doing when it ended.</summary>
    public ConnectionPhase EndPhase => _end.Phase;

    /// <summary>Whether the loop waits for the peer, with everything received answered and sent.</summary>
    internal bool IsParked => _turn.IsParked(out _);

    /// <summary>Whether a message was begun and has not ended.</summary>
    internal bool IsInsideMessage => _processor.IsInsideMessage;

    /// <summary>Whether answers wait for the peer to take them.</summary>
    internal bool IsSending => _deadlines.IsSending;

    /// <summary>Bytes received and not yet looked at.</summary>
    internal int Unread => _transport.Available;

    private ConnectionPhase CurrentPhase =>
        Preface != Preface.None ? ConnectionPhase.Handshake : IsSending ? ConnectionPhase.Answer
            : _processor.Held is { Probe.Delay: > 0 } ? ConnectionPhase.Delay
            : IsInsideMessage ? ConnectionPhase.Request : ConnectionPhase.Idle;

    /// <summary>Ends the connection when a deadline has passed. Called by the sweep, on a thread of its own, while the loop runs.</summary>
    /// <param name="now">The time by the server's clock.</param>
    public void CheckDeadlines(long now)
    {
        if (Preface is var preface and not Preface.None)
        {
            CheckPreface(preface, now);
            return;
        }

        bool isParked = _turn.IsParked(out int parking); // first: what is read after it is of this parking or a later one
        Deadline passed = _end.LingeringClose is { } closing
            ? closing.IsOver(now) ? Deadline.Linger : Deadline.None
            : _deadlines.Passed(_context, Id, now);
        if (_processor.Held is { } held)
            CheckHeld(held, passed, now);
        switch (passed.Action())
        {
            case DeadlineAction.Close:
                _transport.Dispose();
                break;
            case DeadlineAction.Cut:
                Cut(passed.Reason(IsInsideMessage));
                break;
            case DeadlineAction.Finish when isParked
                && _transport.Available == 0 // else the loop is about to wake: it answers first and then checks for itself
                && _turn.TryTakeOver(parking):
                TakeOver(passed.Reason(IsInsideMessage));
                break;
        }
    }

    /// <inheritdoc/>
    public void OnReceived(int received, SocketError error) => _ = ServeAsync(error);

    /// <summary>Parks and waits for data. False when there are some already; else the loop goes on in <see cref="OnReceived"/>.</summary>
    private bool IsWaiting(out SocketError error)
    {
        _turn.Park();
        return _transport.BeginReceive(out _, out error); // of zero bytes: it waits without holding a buffer
    }

    /// <summary>Answers what is received until the peer must be waited for, or ends the connection. Never throws.</summary>
    /// <param name="error">How the wait for data ended.</param>
    /// <param name="isHeld">Whether it was not for data, but for the time of an answer.</param>
    private async Task ServeAsync(SocketError error, bool isHeld = false)
    {
        try
        {
            int handled = 0;
            CloseReason reason = CloseReason.None;
            while (isHeld || _turn.TryUnpark()) // else the sweep has ended the sending side
            {
                isHeld = false;
                if (error != SocketError.Success)
                    throw new SocketException((int)error);
                (reason, int received) = await TurnAsync().ConfigureAwait(false);
                if (reason != CloseReason.None)
                    break;
                handled += received;
                if (handled >= TurnBytes)
                {
                    handled = 0;
                    await Task.Yield();
                }

                if (_processor.Held is { } held)
                {
                    held.Connection = this;
                    Hold(held);
                    return;
                }

                if (IsWaiting(out error))
                    return;
            }

            await EndAsync(reason).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogFailure(e);
            Close();
        }
    }

    /// <summary>Receives what is there and answers it, with buffers that it holds no longer than that.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // a send that has to wait would allocate a task otherwise
    private async ValueTask<(CloseReason Reason, int Received)> TurnAsync()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(2 * BufferSize); // one for both: each rent and return is ten nanoseconds
        Memory<byte> input = buffer.AsMemory(0, BufferSize);
        Memory<byte> output = buffer.AsMemory(BufferSize, BufferSize);
        try
        {
            int total = 0;
            int backlog = int.MaxValue; // once the connection is due to end: what was received before that and is still to be answered
            while (true)
            {
                HeldRequest? held = _processor.Held;
                ReadOnlyMemory<byte> bytes;
                if (held is null)
                {
                    int received = _transport.TryReceive(input);
                    if (received <= 0)
                        return (received < 0 ? CloseReason.None : EndOfStream(), total);
                    bytes = input[..received];
                }
                else
                {
                    bytes = held.Rest;
                    await AnswerHeldAsync(held, output).ConfigureAwait(false); // its time has come
                }

                total += bytes.Length;
                long answered = _processor.Answered;
                for (int at = 0; at < bytes.Length;)
                {
                    ErrorCode broken = _processor.Answer(
                        bytes.Span[at..], output.Span, _context.RequestLog, out int consumed, out int written);
                    if (_processor.Answered != answered)
                        _deadlines.RequestComplete(_context);
                    int sent = _transport.TrySend(output[..written]); // rule T2
                    if (sent < written)
                        await SendRestAsync(output[sent..written]).ConfigureAwait(false);
                    if (broken != ErrorCode.None)
                    {
                        LogForeign(bytes.Span);
                        return (CloseReasons.For(broken), total);
                    }

                    at += consumed;
                    if (_processor.Held is not { } next)
                        continue;
                    if (MustWait(next, bytes[at..], isOwned: held is not null))
                        return (CloseReason.None, total);
                    await AnswerHeldAsync(next, output).ConfigureAwait(false);
                }

                CloseReason due = _deadlines.Passed(_context, Id, _context.Clock.LastTick).Reason(IsInsideMessage);
                if (due == CloseReason.None ? bytes.Length < BufferSize || total >= TurnBytes : IsAnswered(ref backlog, bytes.Length))
                    return (due, total);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // rule T4, rule T5, rule S6
    private CloseReason EndOfStream() =>
        _transport.IsCut ? CloseReason.NoCloseNotify : IsInsideMessage ? CloseReason.Truncated : CloseReason.PeerClosed;

    /// <summary>Whether all is answered that had been received when the connection became due to end.</summary>
    private bool IsAnswered(ref int backlog, int received) => (backlog = Math.Min(backlog - received, _transport.Available)) <= 0;

    /// <summary>Sends what the kernel did not take at once. The write deadline runs for it as a whole.</summary>
    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> rest) // rule T3
    {
        long since = _deadlines.BeginSending(_context);
        await _transport.SendAsync(rest).ConfigureAwait(false);
        _deadlines.EndSending(since);
    }
}
