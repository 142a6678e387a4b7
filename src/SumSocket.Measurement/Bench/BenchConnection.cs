using SumSocket.Protocol;

namespace SumSocket.Measurement.Bench;

/// <summary>One connection of a bench: its client, what happens to it, and how its requests end.</summary>
internal sealed class BenchConnection
{
    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(10);

    private readonly BenchRecorder _recorder;
    private readonly OutageTable _outages;
    private readonly BenchClock _clock;
    private readonly LastAnswer _lastAnswer; // of all connections
    private readonly FirstAnswers? _firstAnswers;
    private readonly long[] _changes = new long[(int)ConnectionEventKind.Closed + 1];
    private volatile ConnectionCause _cause; // of the last trouble
    private volatile string? _reason;
    private volatile bool _isOpened;
    private long _violations;
    private volatile bool _isGivenUp;
    private long _downSince = long.MaxValue; // an answer to what was sent before the trouble does not end it
    private long _retryAt;

    public BenchConnection(
        int index, ISumClient client, BenchRecorder recorder, OutageTable outages, BenchClock clock, LastAnswer lastAnswer)
    {
        (Index, Client, _recorder, _outages, _clock, _lastAnswer) = (index, client, recorder, outages, clock, lastAnswer);
        _firstAnswers = recorder.CountsConnects ? new FirstAnswers() : null;
        client.ConnectionChanged += Change;
    }

    /// <summary>Its number, from 0.</summary>
    public int Index { get; }

    public ISumClient Client { get; }

    /// <summary>Whether it is lost, could not be made, or does not answer, and has not answered since.</summary>
    public bool IsDown => Volatile.Read(ref _downSince) != long.MaxValue;

    /// <summary>Whether a right sum ever came, or it was only to be connected and was.</summary>
    public bool IsOpened => _isOpened;

    /// <summary>Why none came, in a few lower-case words.</summary>
    public string WhyNotOpened => _reason ?? "not tried, since others had failed";

    /// <summary>How often it was lost since the server broke the protocol.</summary>
    public long Violations => Volatile.Read(ref _violations);

    /// <summary>How many events of one kind there were.</summary>
    public long CountOf(ConnectionEventKind kind) => Volatile.Read(ref _changes[(int)kind]);

    /// <summary>Hands requests to the client. False when the run was given up just now, and none was sent.</summary>
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

    /// <summary>Opens the connection and checks one sum on it, which counts among those before the measured time.</summary>
    /// <param name="withSum">Whether to check; else it only connects.</param>
    /// <param name="limit">Ends the wait for the sum, which is given up then.</param>
    /// <param name="enough">Cancels <paramref name="limit"/>, too; then nothing is counted.</param>
    /// <exception cref="SumConnectException">It could not be connected.</exception>
    /// <exception cref="OperationCanceledException">A token was cancelled before it was connected, or enough.</exception>
    public async Task OpenAsync(bool withSum, CancellationToken limit, CancellationToken enough)
    {
        _reason ??= "no connection in time";
        await Client.ConnectAsync(limit).ConfigureAwait(false);
        if (!withSum)
        {
            _isOpened = true;
            return;
        }

        _reason = "no answer in time";
        const int A = 7, B = 4;
        long sent = _clock.Now;
        SumResult result;
        try
        {
            result = await Client.SumAsync(A, B, limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!enough.IsCancellationRequested)
        {
            result = new SumResult(SumOutcome.TimedOut);
        }

        using BenchRecorder.Writer writer = _recorder.Take();
        End(writer, new SumCompletion(A, B, 0, result), RequestTimes.AllAt(sent), _clock.Now, isMeasured: false);
        if (result.Outcome is SumOutcome.WrongAnswer)
            _reason = "a wrong answer";
        else if (result.Outcome is SumOutcome.ServerError)
            _reason = $"server said {result.Error.ToWireName()}";
    }

    /// <summary>Starts to record requests that have ended.</summary>
    public BenchRecorder.Writer Record() => _recorder.Take();

    /// <summary>Whether the right sum came.</summary>
    public static bool IsRight(in SumCompletion sum) => sum.Result.IsSum && sum.Result.Sum == sum.A + sum.B;

    /// <summary>Counts right sums of requests that were sent at the same instant.</summary>
    public void EndRight(
        in BenchRecorder.Writer writer, in RequestTimes times, long ended, bool isMeasured, long count = 1, bool isRetried = false)
    {
        writer.Record(BenchOutcome.Ok, times, ended, isMeasured, count);
        _lastAnswer.Note(ended);
        if (!_isOpened)
            _isOpened = true;
        if (_firstAnswers?.Answered(ended) is { } began)
            writer.RecordFirstAnswer(began, ended);
        // A retried one was sent again after the trouble that made it so.
        if ((isRetried ? ended : times.Sent) >= Volatile.Read(ref _downSince))
            ComeBack(ended);
    }

    /// <summary>Counts a request that was answered or given up, and returns its outcome.</summary>
    public BenchOutcome End(in BenchRecorder.Writer writer, in SumCompletion sum, in RequestTimes times, long ended, bool isMeasured)
    {
        if (sum.Result.IsRetried)
            writer.RecordRetried(isMeasured);
        if (IsRight(sum))
        {
            EndRight(writer, times, ended, isMeasured, isRetried: sum.Result.IsRetried);
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

    /// <summary>Counts a request that was due and is never sent.</summary>
    public void LeaveOut(long due, long now, bool isMeasured)
    {
        using BenchRecorder.Writer writer = _recorder.Take();
        writer.RecordUnsent(due, now, isMeasured);
    }

    /// <summary>Where nothing could be sent, waits until the next attempt makes sense.</summary>
    public Task PauseAsync(CancellationToken stop) =>
        _clock.WaitUntilAsync(Math.Max(Volatile.Read(ref _retryAt), _clock.Now + _shortestPause.Ticks), stop);

    /// <summary>Disposes the client; requests in flight end as unanswered.</summary>
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
            (SumOutcome.OutcomeUnknown, _) when result.IsRetried => BenchOutcome.EndOfStream, // whatever its last connection met
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
        // On a connection in trouble an error lacks its sum like no answer at all. Wrong answers are no matter of outages.
        bool isLost = result.Outcome switch
        {
            SumOutcome.Sum or SumOutcome.WrongAnswer => false,
            SumOutcome.ServerError => isDown,
            _ => true,
        };
        if (isMeasured && isLost)
            _outages.Lose();
    }

    private void Change(ConnectionEvent change)
    {
        Interlocked.Increment(ref _changes[(int)change.Kind]);
        long now = _clock.Now;
        if (_firstAnswers is not null)
            NoteConnect(_firstAnswers, change, now);
        if (change.Kind is ConnectionEventKind.Connected or ConnectionEventKind.Closed)
            return;
        (_cause, _reason) = (change.Cause, change.Reason);
        if (change is { Kind: ConnectionEventKind.Lost, Cause: ConnectionCause.ProtocolViolation })
            Interlocked.Increment(ref _violations);
        Volatile.Write(ref _retryAt, now + change.RetryIn.Ticks);
        GoDown(now, change.Reason);
    }

    private void NoteConnect(FirstAnswers firstAnswers, ConnectionEvent change, long now)
    {
        if (change.Kind == ConnectionEventKind.Connected)
        {
            long began = _clock.At(change.ConnectStarted), made = began + change.ConnectTime.Ticks;
            if (began < _recorder.MeasureFrom)
                return;
            using BenchRecorder.Writer writer = _recorder.Take();
            writer.RecordConnect(began, made);
            if (firstAnswers.Connected(began, made) is { } ended)
                writer.RecordFirstAnswer(began, ended);
        }
        else if (change.Kind == ConnectionEventKind.ConnectFailed && now >= _recorder.MeasureFrom)
        {
            using BenchRecorder.Writer writer = _recorder.Take();
            writer.RecordFailedConnect();
        }
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

/// <summary>When any connection had its last good answer, to within a millisecond: it is written so rarely that all can share it.</summary>
internal sealed class LastAnswer
{
    private const long Precision = TimeSpan.TicksPerMillisecond;

    private long _at = -Precision;

    /// <summary>Negative before the first.</summary>
    public long At => Volatile.Read(ref _at);

    public void Note(long at)
    {
        if (at - At >= Precision)
            Volatile.Write(ref _at, at);
    }
}
