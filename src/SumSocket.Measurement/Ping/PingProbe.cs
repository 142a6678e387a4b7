using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace SumSocket.Measurement.Ping;

/// <summary>Sends a request every interval over one client and keeps the record: on a fixed schedule (<see cref="PingSchedule"/>), for one
/// worker or several, one in flight at a time for each unless the options say otherwise, every sum checked.</summary>
/// <remarks>The client should neither wait for a connection nor send again what was lost, or the probe cannot see it; retries of what the
/// server ended in order it counts.</remarks>
internal sealed class PingProbe
{
    // Rounds wait for a reader that is this far behind; connection events, which must not wait, are then dropped.
    private const int MaxUnread = 1024;

    // Without an interval the time to an answer is the pause; this is the pause after a request that found no connection.
    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(10);

    private readonly ISumClient _client;
    private readonly PingOptions _options;
    private readonly TimeProvider _clock;
    private readonly PingRecord _record;
    private readonly ClientMetrics? _metrics;
    private readonly Channel<PingEvent> _events =
        Channel.CreateBounded<PingEvent>(new BoundedChannelOptions(MaxUnread) { SingleReader = true });

    /// <summary>Makes a probe. Its time starts now, and events of the client's connection count from now.</summary>
    public PingProbe(ISumClient client, PingOptions options, TimeProvider? timeProvider = null, ClientMetrics? metrics = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Interval, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Count ?? 1, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Workers, 10_000, nameof(options));
        (_client, _options, _clock) = (client, options, timeProvider ?? TimeProvider.System);
        _record = new PingRecord(options, _clock, metrics);
        if ((_metrics = metrics) is not null)
            _metrics.Totals = _record.Totals;
        _client.ConnectionChanged += Report;
    }

    public PingSummary Summary => _record.Summarize();

    /// <summary>Runs to the count, the deadline or the stop, and returns each event when it happens. Once only.</summary>
    /// <param name="stop">Ends the run without an exception; a request in flight counts as lost when its answer is long overdue.</param>
    public async IAsyncEnumerable<PingEvent> RunAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        using CancellationTokenSource deadline = new(TimeLeft(), _clock);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        Task rounds = SendAllAsync(end.Token);
        try
        {
            await foreach (PingEvent one in _events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
                yield return one;
        }
        finally
        {
            _client.ConnectionChanged -= Report;
            await end.CancelAsync().ConfigureAwait(false);
            await foreach (PingEvent _ in _events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                // The caller may have left the loop early, and the last rounds must not wait for room.
            }

            await rounds.ConfigureAwait(false);
        }
    }

    /// <summary>Adds a <see cref="PingSnapshot"/> to the events, behind those so far. Any thread may call this at any time.</summary>
    public void TakeSnapshot() => _events.Writer.TryWrite(new PingSnapshot(Summary) { At = _clock.GetUtcNow() });

    private void Report(ConnectionEvent change)
    {
        if (_record.Change(change) is { } connection)
            _events.Writer.TryWrite(connection);
    }

    private TimeSpan TimeLeft() => _options.Deadline == Timeout.InfiniteTimeSpan
        ? _options.Deadline
        : PingSchedule.Longer(_options.Deadline - _record.Elapsed, TimeSpan.Zero);

    private async Task SendAllAsync(CancellationToken end)
    {
        Exception? fault = null;
        try
        {
            if (_options.Overlap && _options.Interval > TimeSpan.Zero)
                await SendOnScheduleAsync(end).ConfigureAwait(false);
            else
                await Task.WhenAll(Enumerable.Range(1, _options.Workers).Select(worker => SendInTurnAsync(worker, end)))
                    .ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            fault = thrown is OperationCanceledException && end.IsCancellationRequested ? null : thrown;
        }

        _events.Writer.Complete(fault); // it surfaces in the reader
    }

    /// <summary>One worker's rounds, each begun when the one before has ended.</summary>
    private async Task SendInTurnAsync(int worker, CancellationToken end)
    {
        long slot = -1;
        PingRound? last = null;
        for (long round = 1; round <= (_options.Count ?? long.MaxValue); round++)
        {
            if (last is { Outcome: SumOutcome.NotSent } && _options.Interval == TimeSpan.Zero)
                await Task.Delay(PingSchedule.Longer(last.RetryIn, _shortestPause), _clock, end).ConfigureAwait(false);
            slot = await NextSlotAsync(slot, last?.Outcome == SumOutcome.Sum, end).ConfigureAwait(false);
            last = await SendOnceAsync(worker, round, slot, end).ConfigureAwait(false);
        }
    }

    /// <summary>All workers' rounds, whether or not earlier ones have ended. One task sends them all, in order.</summary>
    private async Task SendOnScheduleAsync(CancellationToken end)
    {
        Queue<Task> inFlight = new();
        int most = OutageFinder.Remembered;
        long slot = -1;
        try
        {
            for (long round = 1; round <= (_options.Count ?? long.MaxValue); round++)
            {
                slot = await NextSlotAsync(slot, isAnswered: false, end).ConfigureAwait(false);
                await _events.Writer.WaitToWriteAsync(end).ConfigureAwait(false); // a reader that stalls must not make rounds pile up
                for (int worker = 1; worker <= _options.Workers; worker++)
                    inFlight.Enqueue(SendOnceAsync(worker, round, slot, end));
                while (inFlight.TryPeek(out Task? oldest) && oldest.IsCompleted)
                    await inFlight.Dequeue().ConfigureAwait(false);
                if (inFlight.Count > most) // behind one that may wait for ever
                {
                    inFlight = new Queue<Task>(inFlight.Where(one => !one.IsCompletedSuccessfully));
                    most = 2 * Math.Max(inFlight.Count, OutageFinder.Remembered);
                }
            }
        }
        finally
        {
            await Task.WhenAll(inFlight).ConfigureAwait(false);
        }
    }

    private async ValueTask<long> NextSlotAsync(long lastSlot, bool isAnswered, CancellationToken end)
    {
        TimeSpan now = _record.Elapsed;
        (long slot, TimeSpan wait) = PingSchedule.Next(now, _options.Interval, lastSlot);
        if (_options.Deadline != Timeout.InfiniteTimeSpan && slot * _options.Interval >= _options.Deadline)
            wait = Timeout.InfiniteTimeSpan; // a round that begins at the end would show nothing
        if (_options.Interval > TimeSpan.Zero)
        {
            // What is due now is sent, unless this is the end.
            long next = wait == TimeSpan.Zero && !end.IsCancellationRequested ? slot : PingSchedule.DueBy(now, _options);
            if (next > lastSlot + 1)
                _record.Skip(lastSlot + 1, next - lastSlot - 1, isAnswered);
        }

        if (wait > TimeSpan.Zero)
            wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)); // timers count whole ones, and cut off the rest
        if (wait != TimeSpan.Zero)
            await Task.Delay(wait, _clock, end).ConfigureAwait(false);
        else
            end.ThrowIfCancellationRequested();
        return slot;
    }

    /// <summary>Sends and reports the outcome; nothing when the end came first.</summary>
    private async Task<PingRound?> SendOnceAsync(int worker, long sequence, long slot, CancellationToken end)
    {
        PingRequest request = _record.BeginRound(worker, sequence, slot);
        PingFlight flight = new(_record, request);
        _client.Submit([new SumRequest(_options.A, request.B)], flight);
        try
        {
            await flight.Ended.WaitAsync(end).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            if (_record.LeaveRound(request))
                return null;
        }

        PingRound round = (await flight.Ended.ConfigureAwait(false))!;
        if (round.Outcome != SumOutcome.NotSent)
            _metrics?.RequestEnded(round.Time, ClientMetrics.ErrorOf(round.Outcome));
        await _events.Writer.WriteAsync(round, CancellationToken.None).ConfigureAwait(false);
        return round;
    }

    /// <summary>One request in flight. It is recorded where its answer was received, with the instant of the receive.</summary>
    private sealed class PingFlight(PingRecord record, PingRequest request) : ISumObserver
    {
        private readonly TaskCompletionSource<PingRound?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<PingRound?> Ended => _ended.Task;

        public void OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp) =>
            _ended.SetResult(record.EndRound(request, sums[0].Result, timestamp));
    }
}
