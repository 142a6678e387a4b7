using System.Net;
using System.Net.Sockets;
using SumSocket.Protocol;
using SumSocket.Sockets;

namespace SumSocket.Client.Tcp;

/// <summary>
/// Where every request is until it ends: in the line, or on the connection. One gate guards both, so that a request is always in exactly
/// one of them and ends exactly once; it is held for a few instructions, never over I/O, and callers are told outside it.
/// </summary>
internal sealed class TcpDispatcher : IRequestOwner, IAsyncDisposable
{
    private readonly SumTcpClientOptions _options;
    private readonly AwaitedSumPool _pool;
    private readonly CompletionNotifier _teller;
    private readonly ConnectionEvents _events;
    private readonly DeadlineTimer _sweeper;
    private readonly Reconnector _reconnector;
    private readonly WaitQueue _waiting = new();
    private SumConnection? _connection;
    private Task _endings = Task.CompletedTask; // connections given up whose loops have not ended
    private long _lastNumber;

    public TcpDispatcher(SumTcpClientOptions options, ConnectionEvents events, TimeProvider time)
    {
        _options = options;
        int atRest = Math.Max(options.MaxInFlight, 1024); // callers who wait have a request, too
        _pool = new AwaitedSumPool(atRest);
        _teller = new CompletionNotifier(Gate, events, CoarseClock.ExactFor(time), atRest);
        _events = events;
        _sweeper = new DeadlineTimer(time, options.RequestTimeout, Sweep);
        _reconnector = new Reconnector(options, this, events, time);
    }

    public Lock Gate { get; } = new();

    /// <summary>Nothing is taken on any more. Under the gate.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether anybody waits for a connection. Under the gate.</summary>
    public bool HasWaiting => !_waiting.IsEmpty;

    /// <summary>The exact time now, as observers are told it.</summary>
    public long Timestamp => _teller.Now;

    /// <summary>Takes a request on. It may have ended when this returns.</summary>
    public AwaitedSum Submit(long a, long b, out ValueTask<SumResult> result)
    {
        AwaitedSum request;
        CompletionList ended = default;
        RequestSender? sender;
        bool alone;
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(IsClosed, typeof(SumTcpClient));
            request = _pool.Rent(this);
            result = request.Begin(a, b);
            Place(request, _sweeper.NextDeadline(), ref ended); // in here, so that the deadlines stand in the order of the line
            _sweeper.Arm(request.Deadline);
            sender = _connection?.Pipeline.ClaimSender();
            alone = _connection?.Pipeline.HasOne == true;
        }

        sender?.Send(here: alone);
        ended.Complete();
        return request;
    }

    /// <summary>Takes many requests on; their observer is told elsewhere of those that end at once.</summary>
    public void Submit(ReadOnlySpan<SumRequest> requests, ISumObserver observer)
    {
        CompletionList ended = default;
        RequestSender? sender;
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(IsClosed, typeof(SumTcpClient));
            long deadline = _sweeper.NextDeadline();
            int placed = _waiting.IsEmpty && _connection is { } open ? open.Pipeline.Put(requests, observer, _lastNumber + 1, deadline) : 0;
            _lastNumber += placed;
            foreach (ref readonly SumRequest asked in requests[placed..])
                Place(_teller.Rent(asked, observer), deadline, ref ended);
            if (!requests.IsEmpty)
                _sweeper.Arm(deadline);
            sender = _connection?.Pipeline.ClaimSender();
        }

        sender?.Send(here: true);
        ended.CompleteInCall();
    }

    /// <summary>
    /// The caller's token fired. On a connection the request leaves a tombstone: its answer still comes, and reaches nobody.
    /// </summary>
    public void Cancel(AwaitedSum request, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            if (request.Number == 0)
                return;
            request.Number = 0;
            if (request.IsWaiting)
                _waiting.Remove(request);
        }

        request.CompleteCancelled(cancellationToken);
    }

    /// <summary>Makes one attempt to connect now, unless there is a connection.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        Task<SumConnectException?> attempt;
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(IsClosed, typeof(SumTcpClient));
            if (_connection is not null)
                return;
            attempt = _reconnector.DialNow();
        }

        if (await attempt.WaitAsync(cancellationToken).ConfigureAwait(false) is { } failure)
            throw failure;
    }

    /// <summary>What the kernel knows of the way of the present connection; null when there is none.</summary>
    public TcpInfo? ReadTcpInfo()
    {
        lock (Gate)
            return _connection?.ReadTcpInfo();
    }

    /// <summary>Takes a fresh connection into service. Under the gate; <see cref="Begin"/> is to follow outside it.</summary>
    public SumConnection Attach(Socket socket, IPEndPoint remoteEndPoint) =>
        _connection = new SumConnection(socket, remoteEndPoint, this, new Pipeline(socket, Gate, _options, _teller));

    /// <summary>
    /// Sends what waits for a fresh connection, then receives: in this order, so that what a server says at once, such as <c>busy</c>,
    /// answers a request that asked for the connection.
    /// </summary>
    public void Begin(SumConnection connection)
    {
        RequestSender? sender;
        lock (Gate)
        {
            if (connection == _connection)
                connection.Pipeline.FillUp(_waiting);
            sender = connection.Pipeline.ClaimSender();
        }

        sender?.Send(here: true);
        ThreadPool.UnsafeQueueUserWorkItem(connection, preferLocal: false);
    }

    /// <summary>The peer sent answers.</summary>
    /// <param name="connection">On which connection.</param>
    /// <param name="answers">The answers, in the order they came.</param>
    /// <param name="separated">Whether the peer was seen to put white space between messages.</param>
    /// <param name="timestamp">When they were received: <see cref="Timestamp"/>.</param>
    /// <returns>Why the connection has ended, or null.</returns>
    public DisconnectReason? Answer(SumConnection connection, ReadOnlySpan<Response> answers, bool separated, long timestamp)
    {
        Pipeline pipeline = connection.Pipeline;
        DisconnectReason? end;
        CompletionList ended = new(timestamp);
        RequestSender? sender = null;
        bool alone = false, gathers = false;
        lock (Gate)
        {
            if (connection != _connection)
                return DisconnectReason.NoAnswer; // given up already, and why was told then
            end = pipeline.Match(answers, ref ended);
            if (pipeline.HasAnswered)
                _reconnector.Reset();
            if (end is null)
            {
                pipeline.MayPipeline |= separated;
                pipeline.FillUp(_waiting);
                gathers = ended.HasObserved && pipeline.Sender.TryHold();
                sender = pipeline.ClaimSender();
                alone = pipeline.HasOne;
            }
            else
            {
                Detach(connection, end, _sweeper.Now, ref ended);
            }
        }

        sender?.Send(here: alone);
        if (end is not null)
            _events.Deliver(); // first, since observers want to know why
        ended.Complete();
        if (gathers)
            pipeline.Sender.Send(here: true); // what waited, and what observers have submitted meanwhile
        return end;
    }

    /// <summary>A connection has ended by itself.</summary>
    public void End(SumConnection connection, DisconnectReason end)
    {
        CompletionList ended = default;
        lock (Gate)
        {
            if (connection != _connection)
                return;
            Detach(connection, end, _sweeper.Now, ref ended);
        }

        _events.Deliver();
        ended.Complete();
    }

    /// <summary>Ends everything. Every request gets its outcome before this is awaited; then every task has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        CompletionList ended = default;
        SumConnection? connection;
        Task endings;
        lock (Gate)
        {
            IsClosed = true;
            connection = _connection;
            connection?.Pipeline.GiveBack(_sweeper.Now, resend: false, _waiting, ref ended);
            _connection = null;
            endings = Task.WhenAll(_endings, connection?.Completion ?? Task.CompletedTask);
            EndWaiting(ref ended);
        }

        ended.CompleteInCall();
        _sweeper.Dispose();
        connection?.Stop();
        await _reconnector.DisposeAsync().ConfigureAwait(false);
        await endings.ConfigureAwait(false);
        await _teller.ToldAsync().ConfigureAwait(false);
    }

    /// <summary>Puts a request on the connection or in the line, or ends it where neither is to be had.</summary>
    private void Place(PendingSum request, long deadline, ref CompletionList ended)
    {
        request.Number = ++_lastNumber;
        request.Deadline = deadline;
        if (_connection is { Pipeline.HasRoom: true } connection && _waiting.IsEmpty)
            connection.Pipeline.Put(request);
        else if (_connection is not null || _reconnector.TryWant())
            _waiting.AddLast(request);
        else
            ended.Add(request, new SumResult(SumOutcome.NotSent));
    }

    /// <summary>Gives the connection up. Those on it who may not wait for the next one end.</summary>
    private void Detach(SumConnection connection, DisconnectReason end, long now, ref CompletionList ended)
    {
        _connection = null;
        _endings = _endings.IsCompleted ? connection.Completion : Task.WhenAll(_endings, connection.Completion);
        TimeSpan retryIn = connection.Pipeline.HasAnswered ? TimeSpan.Zero : _reconnector.CountFailure();
        _events.Post(new ConnectionEvent(ConnectionEventKind.Lost, connection.RemoteEndPoint, end.Reason, 0, retryIn, end.Cause));
        connection.Pipeline.GiveBack(now, _options.ResendLost && !end.IsViolation, _waiting, ref ended);
        if (HasWaiting && !_reconnector.TryWant())
            EndWaiting(ref ended);
    }

    /// <summary>Ends those who wait for a connection. Under the gate.</summary>
    public void EndWaiting(ref CompletionList ended)
    {
        while (!_waiting.IsEmpty)
        {
            PendingSum request = _waiting.RemoveFirst();
            ended.Add(request, request.Unanswered);
        }
    }

    /// <summary>All requests have the same time, so the heads of the line and of the connection are the oldest there are.</summary>
    private void Sweep()
    {
        CompletionList ended = default;
        SumConnection? overdue = null;
        lock (Gate)
        {
            if (IsClosed)
                return;
            long now = _sweeper.Begin();
            if (_connection is { } connection && connection.Pipeline.EarliestDeadline <= now)
            {
                overdue = connection;
                Detach(connection, DisconnectReason.NoAnswer, now, ref ended);
            }

            while (_waiting.First is { } request && request.Deadline <= now)
                ended.Add(_waiting.RemoveFirst(), request.Overdue);
            long earliest = Math.Min(_connection?.Pipeline.EarliestDeadline ?? long.MaxValue, _waiting.First?.Deadline ?? long.MaxValue);
            _sweeper.End(now, earliest);
        }

        overdue?.Stop();
        _events.Deliver();
        ended.Complete();
    }
}
