using SumSocket.Protocol;

namespace SumSocket.Measurement.Bench;

/// <summary>One connection of a bench: its client, what happens to it, and what becomes of the requests on it.</summary>
internal sealed class BenchConnection
{
    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(10);

    private readonly BenchRecorder _recorder;
    private readonly OutageTable _outages;
    private readonly BenchClock _clock;
    private readonly LastAnswer _lastAnswer;
    private volatile ConnectionCause _cause; // of the last trouble
    private volatile bool _isGivenUp;
    private long _downSince = long.MaxValue; // what was sent before the trouble is no sign of its end
    private long _retryAt;
    private int _made;
    private int _lost;
    private int _failedAttempts;

    /// <param name="index">Its number, from 0.</param>
    /// <param name="client">Its own client.</param>
    /// <param name="recorder">Where outcomes are counted.</param>
    /// <param name="outages">Where troubles are reported.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="lastAnswer">When any connection had its last good answer.</param>
    public BenchConnection(
        int index, ISumClient client, BenchRecorder recorder, OutageTable outages, BenchClock clock, LastAnswer lastAnswer)
    {
        (Index, Client, _recorder, _outages, _clock, _lastAnswer) = (index, client, recorder, outages, clock, lastAnswer);
        client.ConnectionChanged += Change;
    }

    public int Index { get; }

    public ISumClient Client { get; }

    public int Made => Volatile.Read(ref _made);

    /// <summary>Whether it is lost, or not to be had, or has no answer, and has had none since.</summary>
    public bool IsDown => Volatile.Read(ref _downSince) != long.MaxValue;

    public int Lost => Volatile.Read(ref _lost);

    public int FailedAttempts => Volatile.Read(ref _failedAttempts);

    /// <summary>Hands requests to the client.</summary>
    /// <returns>False when the run was given up just now: none was sent.</returns>
    public bool TrySend(ReadOnlySpan<SumRequest> requests, ISumObserver observer)
    {
        try
        {
            Client.Submit(requests, observer);
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Begins to write down what ended, here and now.</summary>
    public BenchRecorder.Writer Record() => _recorder.Take();

    /// <summary>Whether the right sum came.</summary>
    public static bool IsRight(in SumCompletion sum) => sum.Result.IsSum && sum.Result.Sum == sum.A + sum.B;

    /// <summary>Requests that were sent at the same instants got their right sums: counts them.</summary>
    public void EndRight(in BenchRecorder.Writer writer, in RequestTimes times, long ended, bool isMeasured, long count = 1)
    {
        writer.Record(BenchOutcome.Ok, times, ended, isMeasured, count);
        _lastAnswer.Note(ended);
        if (times.Sent >= Volatile.Read(ref _downSince))
            ComeBack(ended);
    }

    /// <summary>A request was answered or given up: counts it and returns its class.</summary>
    public BenchOutcome End(in BenchRecorder.Writer writer, in SumCompletion sum, in RequestTimes times, long ended, bool isMeasured)
    {
        if (IsRight(sum))
        {
            EndRight(writer, times, ended, isMeasured);
            return BenchOutcome.Ok;
        }

        BenchOutcome outcome = Classify(sum.Result);
        if (outcome == BenchOutcome.Unanswered && sum.Result.Outcome == SumOutcome.NotSent)
        {
            writer.RecordUnsent(times.Due, ended, isMeasured); // it still waited for a connection
            return outcome;
        }

        writer.Record(outcome, times, ended, isMeasured);
        Fail(outcome, sum.Result, times, isMeasured);
        return outcome;
    }

    /// <summary>A request was due and is never sent.</summary>
    public void LeaveOut(long due, long now, bool isMeasured)
    {
        using BenchRecorder.Writer writer = _recorder.Take();
        writer.RecordUnsent(due, now, isMeasured);
    }

    /// <summary>Waits until it makes sense to try again, where nothing could be sent.</summary>
    public Task PauseAsync(CancellationToken stop) =>
        _clock.WaitUntilAsync(Math.Max(Volatile.Read(ref _retryAt), _clock.Now + _shortestPause.Ticks), stop);

    /// <summary>Ends the client; what is still under way is unanswered.</summary>
    public ValueTask GiveUpAsync()
    {
        _isGivenUp = true;
        return Client.DisposeAsync();
    }

    private BenchOutcome Classify(in SumResult result)
    {
        if (result.Outcome is SumOutcome.Sum or SumOutcome.WrongAnswer)
            return BenchOutcome.Wrong;
        if (result.Outcome == SumOutcome.ServerError)
            return BenchOutcome.Error;
        if (_isGivenUp)
            return BenchOutcome.Unanswered;
        return (result.Outcome, _cause) switch
        {
            (SumOutcome.TimedOut, _) => BenchOutcome.TimedOut,
            (SumOutcome.NotSent or SumOutcome.OutcomeUnknown, ConnectionCause.Refused) => BenchOutcome.Refused, // the latter: a datagram
            (SumOutcome.NotSent, _) => BenchOutcome.NotSent,
            (_, ConnectionCause.TimedOut) => BenchOutcome.TimedOut,
            (_, ConnectionCause.Reset) => BenchOutcome.Reset,
            (_, ConnectionCause.ProtocolViolation) => BenchOutcome.Error,
            _ => BenchOutcome.EndOfStream,
        };
    }

    private void Fail(BenchOutcome outcome, in SumResult result, in RequestTimes times, bool isMeasured)
    {
        // Among other answers a request without one is a loss; without any, it is an outage.
        bool isDown = IsDown;
        if (outcome == BenchOutcome.TimedOut && !isDown && _lastAnswer.At < times.Sent)
            GoDown(times.Sent, "timed out");
        // Wrong answers and errors do not count as lost in an outage, except the error that a server sends as it closes.
        bool isAnswered = result.Outcome is SumOutcome.Sum or SumOutcome.WrongAnswer or SumOutcome.ServerError;
        if (isMeasured && (!isAnswered || (isDown && result.Error.EndsConnection())))
            _outages.Lose();
    }

    private void Change(ConnectionEvent change)
    {
        if (change.Kind == ConnectionEventKind.Connected)
        {
            Interlocked.Increment(ref _made);
            return;
        }

        Interlocked.Increment(ref change.Kind == ConnectionEventKind.Lost ? ref _lost : ref _failedAttempts);
        _cause = change.Cause;
        long now = _clock.Now;
        Volatile.Write(ref _retryAt, now + change.RetryIn.Ticks);
        GoDown(now, change.Reason);
    }

    private void GoDown(long since, string sign)
    {
        Interlocked.CompareExchange(ref _downSince, _clock.Now, long.MaxValue);
        _outages.Begin(Index, new TimeSpan(since), sign);
    }

    private void ComeBack(long now)
    {
        Volatile.Write(ref _downSince, long.MaxValue);
        _outages.End(Index, new TimeSpan(now));
    }
}

/// <summary>When any connection had its last good answer, to within a millisecond: so seldom is it written that all can share it.</summary>
internal sealed class LastAnswer
{
    private const long Blur = TimeSpan.TicksPerMillisecond;

    private long _at = -Blur;

    /// <summary>Negative before the first.</summary>
    public long At => Volatile.Read(ref _at);

    /// <summary>A good answer came.</summary>
    public void Note(long at)
    {
        if (at - At >= Blur)
            Volatile.Write(ref _at, at);
    }
}
