using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace SumSocket.Measurement.Bench;

/// <summary>Sends over many connections at once and measures: as fast as answers come (closed loop), or on a schedule that does not wait
/// for answers (open loop). It goes on through outages; each planned request ends in exactly one class; at the end it waits for what is
/// under way.</summary>
public sealed class BenchRun : IDisposable
{
    private static readonly TimeSpan _endlessGrace = TimeSpan.FromSeconds(30);    // for clients that would wait for ever
    private static readonly TimeSpan _interruptedGrace = TimeSpan.FromSeconds(2); // an interrupting user wants to see the result
    private static readonly TimeSpan _slack = TimeSpan.FromSeconds(1);            // the client's own time-out is to come first

    private readonly BenchTarget _target;
    private readonly BenchOptions _options;
    private readonly TimeProvider _time;
    private readonly BenchClock _clock;
    private readonly BenchRecorder _recorder;
    private readonly OutageTable _outages = new() { MeasuredFrom = TimeSpan.MaxValue };
    private readonly LastAnswer _lastAnswer = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BenchPlan _plan;
    private BenchSeries _series;
    private BenchConnection[] _connections = [];
    private IBenchLoop[] _loops = [];
    private volatile BenchPhase _phase;
    private long _measuredUntil;
    // When there was nothing more to ask, or the user had enough; who reads the intervals may be late to look.
    private long _enoughAt = long.MaxValue;

    /// <summary>Makes a run; nothing is dialled yet.</summary>
    /// <param name="target">The server.</param>
    /// <param name="options">What and how much.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public BenchRun(BenchTarget target, BenchOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_target, _options) = (target, options);
        _time = timeProvider ?? TimeProvider.System;
        _clock = new BenchClock(_time);
        _recorder = new BenchRecorder(options.IsOpenLoop);
        Plan();
    }

    /// <summary>Why the server was not reached, in one line; null when it was.</summary>
    public string? Failure { get; private set; }

    /// <summary>What was measured; null until <see cref="RunAsync"/> has ended.</summary>
    public BenchResult? Result { get; private set; }

    /// <summary>Where it stands; may be read at any time and from any thread.</summary>
    public BenchProgress Progress => _phase switch
    {
        BenchPhase.Connecting => new BenchProgress(BenchPhase.Connecting, TimeSpan.Zero, null),
        BenchPhase.WarmingUp => new BenchProgress(
            BenchPhase.WarmingUp, new TimeSpan(_clock.Now - _plan.Start), new TimeSpan(_plan.MeasureFrom - _plan.Start), Down),
        BenchPhase.Measuring => new BenchProgress(
            BenchPhase.Measuring, new TimeSpan(_clock.Now - _plan.MeasureFrom),
            _plan.Until == long.MaxValue ? null : new TimeSpan(_plan.Until - _plan.MeasureFrom), Down),
        _ => new BenchProgress(BenchPhase.Ending, new TimeSpan(Math.Max(0, _measuredUntil - _plan.MeasureFrom)), null, Down),
    };

    private int Down => _connections.Count(connection => connection.IsDown);

    /// <summary>Runs to the end of the plan, and returns each interval when it is over and a tenth of another has passed. Once
    /// only.</summary>
    /// <param name="stop">Ends the run, in good order and without an exception.</param>
    public async IAsyncEnumerable<BenchInterval> RunAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        using CancellationTokenRegistration registration = stop.UnsafeRegister(static run => ((BenchRun)run!).Interrupt(), this);
        Task work = Task.CompletedTask;
        IReadOnlyList<Spread> path = [];
        BenchInterval[] rest = [];
        _connections = [.. Enumerable.Range(0, _options.Connections).Select(MakeConnection)];
        try
        {
            Failure = await BenchOpening.ReachAsync(_connections, _target, _options, _stop.Token).ConfigureAwait(false);
            if (Failure is null && !_stop.IsCancellationRequested)
            {
                Plan(); // connecting takes what it takes
                _outages.MeasuredFrom = new TimeSpan(_plan.MeasureFrom);
                _phase = BenchPhase.WarmingUp;
                work = StartAsync();
                await foreach (BenchInterval interval in MeasureAsync(work).ConfigureAwait(false))
                    yield return interval;
                path = TransportCounters.Describe(_connections, _target);
                await DrainAsync(work).ConfigureAwait(false);
                rest = [.. _series.Close(Math.Max(_measuredUntil, _clock.Now))];
            }

            Result = Conclude(path); // set before the rest: a caller may leave before it has read that
            foreach (BenchInterval interval in rest)
                yield return interval;
        }
        finally
        {
            _plan.Stop(_clock.Now); // the caller may have left early
            await EndAsync(work).ConfigureAwait(false);
        }
    }

    /// <summary>Gives back what the run holds; call it when <see cref="RunAsync"/> has ended.</summary>
    public void Dispose() => _stop.Dispose();

    [MemberNotNull(nameof(_plan), nameof(_series))]
    private void Plan()
    {
        _plan = new BenchPlan(_options, _clock.Now);
        _recorder.MeasureUntil = _plan.Until;
        _series = new BenchSeries(_recorder, _options, _plan.MeasureFrom);
    }

    private void Interrupt()
    {
        NoteEnough();
        _interrupted.TrySetResult();
        _ = _stop.CancelAsync();
    }

    private BenchConnection MakeConnection(int index) =>
        new(index, _target.CreateClient(), _recorder, _outages, _clock, _lastAnswer);

    private Task StartAsync()
    {
        _loops = [.. _connections.Select(connection => _options.IsOpenLoop
            ? (IBenchLoop)new OpenLoop(connection, _plan, _clock, _options.Pipeline)
            : new ClosedLoop(connection, _plan, _clock, _options.Pipeline, _stop.Token))];
        IEnumerable<Task> tasks = _loops.Select((loop, index) => RunLoopAsync(loop, index));
        return Task.WhenAll(_options.IsOpenLoop ? [.. tasks, new RateScheduler(_loops, _plan, _clock).RunAsync()] : tasks);
    }

    private async Task RunLoopAsync(IBenchLoop loop, int index)
    {
        await _clock.WaitUntilAsync(_plan.StartOf(index), _stop.Token).ConfigureAwait(false);
        await loop.RunAsync().ConfigureAwait(false);
    }

    /// <summary>Waits through warm-up and measured time, and returns the intervals.</summary>
    private async IAsyncEnumerable<BenchInterval> MeasureAsync(Task work)
    {
        // On schedule it lasts as long as planned: with the last answer it would end before the next request is due, and the rate would
        // look higher.
        Task early = _options.IsOpenLoop ? _interrupted.Task : EndEarlyAsync(work);
        await WaitAsync(early, _plan.MeasureFrom).ConfigureAwait(false);
        _phase = BenchPhase.Measuring;
        for (bool isOver = false; !isOver;)
        {
            await WaitAsync(early, Math.Min(_series.NextStep, _plan.Until)).ConfigureAwait(false);
            long now = _clock.Now;
            if (Volatile.Read(ref _enoughAt) is var enough and not long.MaxValue)
                _plan.Stop(enough); // again: it may have come when there was another plan
            isOver = early.IsCompleted || now >= _plan.Until;
            if (isOver)
                _recorder.MeasureUntil = _measuredUntil = Math.Max(_plan.MeasureFrom, Math.Min(Volatile.Read(ref _enoughAt), _plan.Until));
            if ((isOver ? _series.CutLast(_measuredUntil, now) : _series.Step(now)) is { } whole)
                yield return whole;
        }

        _phase = BenchPhase.Ending;
    }

    private async Task EndEarlyAsync(Task work)
    {
        await work.ConfigureAwait(false);
        NoteEnough();
    }

    /// <summary>Nothing more is sent, and nothing more counts as in time.</summary>
    private void NoteEnough()
    {
        long now = _clock.Now;
        if (Interlocked.CompareExchange(ref _enoughAt, now, long.MaxValue) != long.MaxValue)
            return;
        _plan.Stop(now);
        _recorder.MeasureUntil = Math.Min(_recorder.MeasureUntil, Math.Max(_plan.MeasureFrom, now));
    }

    /// <summary>Waits until an instant, or until there is nothing left to wait for. Timers may fire a little early; this ends no
    /// earlier.</summary>
    private async Task WaitAsync(Task work, long instant)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        do
            await Task.WhenAny(work, _clock.WaitUntilAsync(instant, either.Token)).ConfigureAwait(false);
        while (!work.IsCompleted && !either.IsCancellationRequested && _clock.Now < instant);
        await either.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for what is under way and, on schedule, for what was due and had no room; not for ever.</summary>
    private async Task DrainAsync(Task work)
    {
        TimeSpan grace = _options.RequestTimeout == Timeout.InfiniteTimeSpan ? _endlessGrace : _options.RequestTimeout + _slack;
        await _stop.CancelAsync().ConfigureAwait(false); // ends all pauses
        using CancellationTokenSource done = new();
        Task patience = Task.WhenAny(Task.Delay(grace, _time, done.Token), EndOfPatienceAsync(done.Token));
        if (await Task.WhenAny(work, patience).ConfigureAwait(false) != work)
            await EndAsync(work).ConfigureAwait(false);
        await done.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Some time after an interrupt, whether that came before the wait for the last answers or meanwhile.</summary>
    private async Task EndOfPatienceAsync(CancellationToken done)
    {
        await _interrupted.Task.WaitAsync(done).ConfigureAwait(false);
        await Task.Delay(_interruptedGrace, _time, done).ConfigureAwait(false);
    }

    private async Task EndAsync(Task work)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (IBenchLoop loop in _loops)
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
        LatencySummary? corrected = all.Corrected is null ? null : LatencySummary.Of(all.Corrected, _options.Percentiles);
        LatencySummary uncorrected = LatencySummary.Of(all.Uncorrected, _options.Percentiles);
        return new BenchResult
        {
            Options = _options,
            StartedAt = _clock.TimeOfDay(_plan.MeasureFrom),
            End = _interrupted.Task.IsCompleted ? BenchEnd.Interrupted : Failure is null ? BenchEnd.Complete : BenchEnd.Unreachable,
            Duration = duration,
            Totals = totals,
            Warmup = _recorder.Warmup,
            Throughput = throughput,
            Corrected = corrected,
            Uncorrected = uncorrected,
            Lag = all.Lag is null ? null : LatencySummary.Of(all.Lag, _options.Percentiles),
            Series = _series.Intervals,
            Outages = outages,
            OutageCount = outageCount,
            ConnectionsMade = _connections.Sum(connection => (long)connection.Made),
            ConnectionsLost = _connections.Sum(connection => (long)connection.Lost),
            ConnectsFailed = _connections.Sum(connection => (long)connection.FailedAttempts),
            Path = path,
            Thresholds = [.. _options.Thresholds.Select(one =>
                one.Evaluate(corrected ?? uncorrected, all.Times, totals, throughput, outageCount))],
        };
    }
}
