using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace SumSocket.Measurement.Bench;

/// <summary>Sends over many connections at once and measures: as fast as answers come (closed loop), or on a schedule that does not wait
/// for answers (open loop). It goes on through outages. Each planned request has exactly one outcome.</summary>
internal sealed class BenchRun : IDisposable
{
    private static readonly TimeSpan _endlessGrace = TimeSpan.FromSeconds(30);    // for clients without a request time-out
    private static readonly TimeSpan _interruptedGrace = TimeSpan.FromSeconds(2); // a user who interrupts wants the result soon
    private static readonly TimeSpan _slack = TimeSpan.FromSeconds(1);            // the client's own time-out comes first
    private static readonly TimeSpan _timeToConnect = TimeSpan.FromSeconds(10);   // servers close what is silent for longer than that
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(1);      // the clock may be set meanwhile

    private readonly BenchTarget _target;
    private readonly BenchOptions _options;
    private readonly TimeProvider _time;
    private readonly BenchClock _clock;
    private readonly BenchRecorder _recorder;
    private readonly OutageTable _outages;
    private readonly ClientMetrics? _metrics;
    private readonly LastAnswer _lastAnswer = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BenchPlan _plan;
    private BenchSeries _series;
    private BenchConnection[] _connections = [];
    private BenchLoop[] _loops = [];
    private volatile BenchPhase _phase;
    private long _measuredUntil;
    private long _earlyEndAt = long.MaxValue; // there was nothing more to send, or an interrupt; the reader may notice later

    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public BenchRun(BenchTarget target, BenchOptions options, TimeProvider? timeProvider = null, ClientMetrics? metrics = null)
    {
        options.Validate();
        (_target, _options, _time) = (target, options, timeProvider ?? TimeProvider.System);
        _clock = new BenchClock(_time);
        _recorder = new BenchRecorder(options.IsOpenLoop, options.CountsConnects);
        _outages = new OutageTable { MeasuredFrom = TimeSpan.MaxValue, Ended = metrics is null ? null : metrics.OutageEnded };
        if ((_metrics = metrics) is not null)
            _metrics.Totals = new RequestTotals(Outcomes, Active: null, Retried: () => _recorder.All.Retried, () => _outages.Begun);
        Plan();
    }

    /// <summary>Why the server was not reached, in one line; null when it was.</summary>
    public string? Failure { get; private set; }

    /// <summary>Null until <see cref="RunAsync"/> has ended.</summary>
    public BenchResult? Result { get; private set; }

    /// <summary>When the measured time begins, as planned by now.</summary>
    public DateTimeOffset MeasuredFrom => _clock.TimeOfDay(_plan.MeasureFrom);

    /// <summary>How far it is; may be read at any time and from any thread.</summary>
    public BenchProgress Progress => _phase switch
    {
        BenchPhase.Connecting => new BenchProgress(
            BenchPhase.Connecting, TimeSpan.Zero, UntilStart, Opened: _connections.Count(connection => connection.IsOpened)),
        BenchPhase.WarmingUp => new BenchProgress(
            BenchPhase.WarmingUp, new TimeSpan(_clock.Now - _plan.Start), new TimeSpan(_plan.MeasureFrom - _plan.Start), Down),
        BenchPhase.Measuring => new BenchProgress(
            BenchPhase.Measuring, new TimeSpan(_clock.Now - _plan.MeasureFrom),
            _plan.Until == long.MaxValue ? null : new TimeSpan(_plan.Until - _plan.MeasureFrom), Down),
        _ => new BenchProgress(BenchPhase.Ending, new TimeSpan(Math.Max(0, _measuredUntil - _plan.MeasureFrom)), null, Down),
    };

    /// <summary>What it has measured so far; may be read at any time and from any thread.</summary>
    public BenchSnapshot Snapshot
    {
        get
        {
            BenchTally measured = _recorder.Measured;
            return new BenchSnapshot(Progress, measured.Counts, measured.Times, _outages.Count);
        }
    }

    /// <summary>The time to the start, if one is given and not over.</summary>
    private TimeSpan? UntilStart => _options.StartAt - _time.GetUtcNow() is { } left && left > TimeSpan.Zero ? left : null;

    private int Down => _connections.Count(connection => connection.IsDown);

    /// <summary>Runs the plan, once, and returns each interval when it is over and a tenth of another has passed.</summary>
    /// <param name="stop">Ends the run, in good order and without an exception.</param>
    public async IAsyncEnumerable<BenchInterval> RunAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        using CancellationTokenRegistration registration = stop.UnsafeRegister(static run => ((BenchRun)run!).Interrupt(), this);
        Task work = Task.CompletedTask;
        IReadOnlyList<Spread> path = [];
        BenchInterval[] rest = [];
        _connections = [.. Enumerable.Range(0, _options.Connections).Select(index =>
            new BenchConnection(index, _target.CreateClient(), _recorder, _outages, _clock, _lastAnswer))];
        try
        {
            await WaitForStartAsync(_timeToConnect + _options.RampUp).ConfigureAwait(false);
            Failure = await new BenchOpening(_connections, _target, _options, _clock, _time).ReachAsync(_stop.Token).ConfigureAwait(false);
            if (Failure is null)
                await WaitForStartAsync(TimeSpan.Zero).ConfigureAwait(false);
            if (Failure is null && !_stop.IsCancellationRequested)
            {
                Plan(); // anew: connecting took time
                _outages.MeasuredFrom = new TimeSpan(_plan.MeasureFrom);
                _recorder.MeasureFrom = _plan.MeasureFrom;
                _phase = BenchPhase.WarmingUp;
                work = StartAsync();
                await foreach (BenchInterval interval in MeasureAsync(work).ConfigureAwait(false))
                    yield return interval;
                path = _target.DescribeAll(_connections.Select(connection => connection.Client));
                await DrainAsync(work).ConfigureAwait(false);
                rest = [.. _series.Close(Math.Max(_measuredUntil, _clock.Now))];
            }

            Result = Conclude(path); // set before the rest: a caller may leave before it has read the rest
            foreach (BenchInterval interval in rest)
                yield return interval;
        }
        finally
        {
            _plan.Stop(_clock.Now); // the caller may have left early
            await EndAsync(work).ConfigureAwait(false);
        }
    }

    /// <summary>To be called when <see cref="RunAsync"/> has ended.</summary>
    public void Dispose() => _stop.Dispose();

    [MemberNotNull(nameof(_plan), nameof(_series))]
    private void Plan()
    {
        _plan = new BenchPlan(_options, _clock.Now);
        _recorder.MeasureUntil = _plan.Until;
        _series = new BenchSeries(_recorder, _options, _plan.MeasureFrom, _metrics);
    }

    private IEnumerable<(string? Error, long Count)> Outcomes()
    {
        BenchCounts all = _recorder.All;
        return OutcomeClass.All.Select(one => (one.Outcome == BenchOutcome.Ok ? null : one.Key, all[one.Outcome]));
    }

    /// <summary>Waits until a time before the start, if one is given, or until the run is stopped.</summary>
    private async Task WaitForStartAsync(TimeSpan ahead)
    {
        while (_options.StartAt is { } start && !_stop.IsCancellationRequested
            && _clock.InstantOf(start - ahead) is var instant && instant > _clock.Now)
            await _clock.WaitUntilAsync(Math.Min(instant, _clock.Now + _longestWait.Ticks), _stop.Token).ConfigureAwait(false);
    }

    private void Interrupt()
    {
        NoteEarlyEnd();
        _interrupted.TrySetResult();
        _ = _stop.CancelAsync();
    }

    private Task StartAsync()
    {
        _loops = [.. _connections.Select(connection => _options.IsOpenLoop
            ? (BenchLoop)new OpenLoop(connection, _plan, _clock, _options.Pipeline)
            : new ClosedLoop(connection, _plan, _clock, _options.Pipeline, _stop.Token))];
        IEnumerable<Task> tasks = _loops.Select(loop => loop.RunAsync());
        return Task.WhenAll(_options.IsOpenLoop ? [.. tasks, new RateScheduler(_loops, _plan, _clock).RunAsync()] : tasks);
    }

    /// <summary>Waits through warm-up and measured time, and returns the intervals.</summary>
    private async IAsyncEnumerable<BenchInterval> MeasureAsync(Task work)
    {
        // On schedule it lasts as long as planned: if it ended with the last answer, the rate would look higher.
        Task ended = _options.IsOpenLoop ? _interrupted.Task : EndEarlyAsync(work);
        await WaitAsync(ended, _plan.MeasureFrom).ConfigureAwait(false);
        _phase = BenchPhase.Measuring;
        for (bool isOver = false; !isOver;)
        {
            await WaitAsync(ended, Math.Min(_series.NextStep, _plan.Until)).ConfigureAwait(false);
            long now = _clock.Now;
            if (Volatile.Read(ref _earlyEndAt) is var early and not long.MaxValue)
                _plan.Stop(early); // again: the plan may have been made since
            isOver = ended.IsCompleted || now >= _plan.Until;
            if (isOver)
                _recorder.MeasureUntil = _measuredUntil =
                    Math.Max(_plan.MeasureFrom, Math.Min(Volatile.Read(ref _earlyEndAt), _plan.Until));
            if ((isOver ? _series.CutLast(_measuredUntil, now) : _series.Step(now)) is { } whole)
                yield return whole;
        }

        _phase = BenchPhase.Ending;
    }

    private async Task EndEarlyAsync(Task work)
    {
        await work.ConfigureAwait(false);
        NoteEarlyEnd();
    }

    /// <summary>From now on nothing is sent, and no answer counts as in time.</summary>
    private void NoteEarlyEnd()
    {
        long now = _clock.Now;
        if (Interlocked.CompareExchange(ref _earlyEndAt, now, long.MaxValue) != long.MaxValue)
            return;
        _plan.Stop(now);
        _recorder.MeasureUntil = Math.Min(_recorder.MeasureUntil, Math.Max(_plan.MeasureFrom, now));
    }

    /// <summary>Waits until an instant, or until there is nothing left to wait for. Timers may fire early; this does not.</summary>
    private async Task WaitAsync(Task work, long instant)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        do
            await Task.WhenAny(work, _clock.WaitUntilAsync(instant, either.Token)).ConfigureAwait(false);
        while (!work.IsCompleted && !either.IsCancellationRequested && _clock.Now < instant);
        await either.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Waits a limited time for requests in flight and, on schedule, for those that were due and had no room.</summary>
    private async Task DrainAsync(Task work)
    {
        TimeSpan grace = _options.RequestTimeout == Timeout.InfiniteTimeSpan ? _endlessGrace : _options.RequestTimeout + _slack;
        await _stop.CancelAsync().ConfigureAwait(false); // ends all pauses
        using CancellationTokenSource done = new();
        Task limit = Task.WhenAny(Task.Delay(grace, _time, done.Token), InterruptedGraceAsync(done.Token));
        if (await Task.WhenAny(work, limit).ConfigureAwait(false) != work)
            await EndAsync(work).ConfigureAwait(false);
        await done.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Ends a short time after an interrupt, whether that came before the wait for the last answers or during it.</summary>
    private async Task InterruptedGraceAsync(CancellationToken done)
    {
        await _interrupted.Task.WaitAsync(done).ConfigureAwait(false);
        await Task.Delay(_interruptedGrace, _time, done).ConfigureAwait(false);
    }

    private async Task EndAsync(Task work)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (BenchLoop loop in _loops)
            loop.LeaveRest(_clock.Now);
        await Task.WhenAll(_connections.Select(connection => connection.GiveUpAsync().AsTask())).ConfigureAwait(false);
        await work.ConfigureAwait(false);
    }

    private BenchResult Conclude(IReadOnlyList<Spread> path)
    {
        BenchTally all = _series.Total;
        TimeSpan duration = new(Math.Max(0, _measuredUntil - _plan.MeasureFrom));
        double throughput = duration > TimeSpan.Zero ? all.OkInTime / duration.TotalSeconds : 0;
        (long outageCount, IReadOnlyList<BenchOutage> outages) = _outages.Close(new TimeSpan(_plan.MeasureFrom));
        BenchCounts totals = all.Counts;
        LatencySummary? corrected = Summarize(all.Corrected);
        LatencySummary uncorrected = Summarize(all.Uncorrected);
        long opened = _connections.LongCount(connection => connection.IsOpened);
        return new BenchResult
        {
            Options = _options,
            StartedAt = MeasuredFrom,
            End = _interrupted.Task.IsCompleted ? BenchEnd.Interrupted : Failure is null ? BenchEnd.Complete : BenchEnd.Unreachable,
            Duration = duration,
            Totals = totals,
            Warmup = _recorder.Warmup,
            Throughput = throughput,
            Corrected = corrected,
            Uncorrected = uncorrected,
            Lag = Summarize(all.Lag),
            Series = _series.Intervals,
            Outages = outages,
            OutageCount = outageCount,
            ConnectionsMade = CountOf(ConnectionEventKind.Connected),
            ConnectionsOpened = opened,
            NotOpened = [.. _connections.Where(connection => !connection.IsOpened).CountBy(connection => connection.WhyNotOpened)
                .Select(one => KeyValuePair.Create(one.Key, (long)one.Value)).OrderByDescending(one => one.Value)],
            Violations = _connections.Sum(connection => connection.Violations),
            ConnectionsLost = CountOf(ConnectionEventKind.Lost),
            ConnectsFailed = CountOf(ConnectionEventKind.ConnectFailed),
            Connects = all.Connects?.Summarize(duration, _options.Percentiles),
            Path = path,
            Thresholds = [.. _options.Thresholds.Select(one => one.Evaluate(all.Times, totals, throughput, outageCount, opened))],
        };
    }

    [return: NotNullIfNotNull(nameof(times))]
    private LatencySummary? Summarize(Histogram? times) => times is null ? null : LatencySummary.Of(times, _options.Percentiles);

    private long CountOf(ConnectionEventKind kind) => _connections.Sum(connection => connection.CountOf(kind));
}
