using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace SumSocket.Measurement.Ping;

/// <summary>Sends a request every interval over one client and keeps the record: on a fixed schedule (<see cref="PingSchedule"/>), for one
/// worker or several, one outstanding at a time for each unless told otherwise, every sum checked.</summary>
/// <remarks>The client should neither wait for a connection nor send again what was lost, or the probe cannot see it.</remarks>
public sealed class PingProbe
{
    // Rounds wait for a reader that is this far behind; connection events, which must not wait, are then dropped.
    private const int MaxUnread = 1024;

    // Without an interval, between requests that found no connection: there is no answer whose time would be the pause.
    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(10);

    private readonly ISumClient _client;
    private readonly PingOptions _options;
    private readonly TimeProvider _clock;
    private readonly PingRecord _record;
    private readonly Channel<PingEvent> _events =
        Channel.CreateBounded<PingEvent>(new BoundedChannelOptions(MaxUnread) { SingleReader = true });

    /// <summary>Makes a probe. Its clock starts now, and what happens to the client's connection counts from now.</summary>
    /// <param name="client">The client. The caller keeps it and disposes it.</param>
    /// <param name="options">What and how often.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public PingProbe(ISumClient client, PingOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Interval, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Count ?? 1, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Workers, 10_000, nameof(options));
        _client = client;
        _options = options;
        _clock = timeProvider ?? TimeProvider.System;
        _record = new PingRecord(options, _clock);
        _client.ConnectionChanged += Report;
    }

    /// <summary>What was seen so far; at the end, what there is to say.</summary>
    public PingSummary Summary => _record.Summarize();

    /// <summary>Runs to the count, the deadline or the stop, and tells each event when it happens. Once only.</summary>
    /// <param name="stop">Ends the run, in good order and without an exception; a request then outstanding counts as under way, or as lost
    /// when no answer can be expected any more.</param>
    public async IAsyncEnumerable<PingEvent> RunAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        using CancellationTokenSource deadline = new(TimeLeft(), _clock);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        Task rounds = SendAllAsync(_events.Writer, end.Token);
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

    /// <summary>Puts a <see cref="PingSnapshot"/> among the events, behind what has happened so far. Any thread may call this at any
    /// time.</summary>
    public void TakeSnapshot() => _events.Writer.TryWrite(new PingSnapshot(Summary));

    private void Report(ConnectionEvent change)
    {
        if (_record.Change(change) is { } worthTelling)
            _events.Writer.TryWrite(worthTelling);
    }

    private TimeSpan TimeLeft()
    {
        if (_options.Deadline == Timeout.InfiniteTimeSpan)
            return _options.Deadline;
        TimeSpan left = _options.Deadline - _record.Elapsed;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task SendAllAsync(ChannelWriter<PingEvent> events, CancellationToken end)
    {
        try
        {
            if (_options.Overlap && _options.Interval > TimeSpan.Zero)
                await SendOnScheduleAsync(events, end).ConfigureAwait(false);
            else
                await Task.WhenAll(Enumerable.Range(1, _options.Workers).Select(worker => SendInTurnAsync(worker, events, end)))
                    .ConfigureAwait(false);
            events.Complete();
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            events.Complete();
        }
        catch (Exception fault)
        {
            events.Complete(fault); // surfaces in the reader
        }
    }

    /// <summary>One worker's rounds, each begun when the one before has ended.</summary>
    private async Task SendInTurnAsync(int worker, ChannelWriter<PingEvent> events, CancellationToken end)
    {
        long slot = -1;
        PingRound? last = null;
        for (long round = 1; round <= (_options.Count ?? long.MaxValue); round++)
        {
            if (last is { Outcome: SumOutcome.NotSent } && _options.Interval == TimeSpan.Zero)
                await Task.Delay(last.RetryIn > _shortestPause ? last.RetryIn : _shortestPause, _clock, end).ConfigureAwait(false);
            slot = await NextSlotAsync(slot, end).ConfigureAwait(false);
            last = await SendOnceAsync(worker, round, events, end).ConfigureAwait(false);
        }
    }

    /// <summary>All workers' rounds, whatever became of the earlier ones. One task asks for all, so that they leave in schedule
    /// order.</summary>
    private async Task SendOnScheduleAsync(ChannelWriter<PingEvent> events, CancellationToken end)
    {
        Queue<Task> underWay = new();
        long slot = -1;
        try
        {
            for (long round = 1; round <= (_options.Count ?? long.MaxValue); round++)
            {
                slot = await NextSlotAsync(slot, end).ConfigureAwait(false);
                await events.WaitToWriteAsync(end).ConfigureAwait(false); // a reader that stalls must not make rounds pile up
                for (int worker = 1; worker <= _options.Workers; worker++)
                    underWay.Enqueue(SendOnceAsync(worker, round, events, end));
                while (underWay.TryPeek(out Task? oldest) && oldest.IsCompleted)
                    await underWay.Dequeue().ConfigureAwait(false);
            }
        }
        finally
        {
            await Task.WhenAll(underWay).ConfigureAwait(false);
        }
    }

    private async ValueTask<long> NextSlotAsync(long lastSlot, CancellationToken end)
    {
        (long slot, TimeSpan wait) = PingSchedule.Next(_record.Elapsed, _options.Interval, lastSlot);
        if (_options.Deadline != Timeout.InfiniteTimeSpan && slot * _options.Interval >= _options.Deadline)
            wait = Timeout.InfiniteTimeSpan; // a round that begins as all ends would tell nothing
        if (wait != TimeSpan.Zero)
            await Task.Delay(wait, _clock, end).ConfigureAwait(false);
        else
            end.ThrowIfCancellationRequested();
        return slot;
    }

    /// <summary>Sends and reports the outcome; nothing when the end came first.</summary>
    private async Task<PingRound?> SendOnceAsync(int worker, long sequence, ChannelWriter<PingEvent> events, CancellationToken end)
    {
        PingRequest request = _record.BeginRound(worker, sequence);
        PingRound round;
        try
        {
            round = _record.EndRound(request, await _client.SumAsync(_options.A, request.B, end).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            _record.LeaveRound(request);
            return null;
        }

        await events.WriteAsync(round, CancellationToken.None).ConfigureAwait(false);
        return round;
    }
}
