namespace SumSocket.Measurement.Bench;

/// <summary>Counts all requests. Each processor has a part of its own, so that its lock is hardly ever held by another and its histograms
/// stay in that processor's cache; the parts are combined when they are read.</summary>
internal sealed class BenchRecorder
{
    private readonly bool _isOpenLoop;
    private readonly Part[] _parts;
    private long _measureFrom = long.MaxValue;
    private long _measureUntil = long.MaxValue;

    public BenchRecorder(bool isOpenLoop, bool countsConnects = false)
    {
        (_isOpenLoop, CountsConnects) = (isOpenLoop, countsConnects);
        _parts = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Part(isOpenLoop, countsConnects))];
    }

    /// <summary>Whether connects are measured too.</summary>
    public bool CountsConnects { get; }

    /// <summary>When the measured time begins, on the clock of the bench; set before the loops start. What connects before is not
    /// counted.</summary>
    public long MeasureFrom
    {
        get => Volatile.Read(ref _measureFrom);
        set => Volatile.Write(ref _measureFrom, value);
    }

    /// <summary>When the measured time ends, on the clock of the bench; what ends later is not in time.</summary>
    public long MeasureUntil
    {
        get => Volatile.Read(ref _measureUntil);
        set => Volatile.Write(ref _measureUntil, value);
    }

    public BenchTally Measured => Collect(part => part.Measured);

    /// <summary>What was sent before the measured time.</summary>
    public BenchCounts Warmup => Collect(part => part.Warmup).Counts;

    /// <summary>All that was sent, before the measured time and within it.</summary>
    public BenchCounts All
    {
        get
        {
            BenchCounts all = new();
            foreach (Part part in _parts)
            {
                lock (part.Lock)
                    all = all.Plus(part.Warmup.Counts).Plus(part.Measured.Counts);
            }

            return all;
        }
    }

    /// <summary>Takes the lock to write; dispose it soon, since readers wait meanwhile.</summary>
    public Writer Take() => new(_parts[(int)((uint)Thread.GetCurrentProcessorId() % (uint)_parts.Length)], MeasureUntil);

    private BenchTally Collect(Func<Part, BenchTally> which)
    {
        BenchTally all = new(_isOpenLoop, CountsConnects);
        foreach (Part part in _parts)
        {
            lock (part.Lock)
                all.Merge(which(part));
        }

        return all;
    }

    /// <summary>Records many requests under one lock.</summary>
    public readonly ref struct Writer
    {
        private readonly Part _part;
        private readonly Lock.Scope _scope;
        private readonly long _measureUntil;

        public Writer(Part part, long measureUntil)
        {
            (_part, _measureUntil) = (part, measureUntil);
            _scope = part.Lock.EnterScope();
        }

        /// <summary>Records requests that were sent at the same instants and have ended.</summary>
        public void Record(BenchOutcome outcome, in RequestTimes times, long ended, bool isMeasured, long count = 1) =>
            (isMeasured ? _part.Measured : _part.Warmup).Count(outcome, times, ended, ended <= _measureUntil, count);

        /// <summary>Records a request that was due and is never sent.</summary>
        public void RecordUnsent(long due, long ended, bool isMeasured) =>
            (isMeasured ? _part.Measured : _part.Warmup).CountUnsent(due, ended);

        /// <summary>Records that a request, which is recorded besides, was sent again on another connection.</summary>
        public void RecordRetried(bool isMeasured) => (isMeasured ? _part.Measured : _part.Warmup).CountRetried();

        /// <summary>Records a connect of the measured time.</summary>
        public void RecordConnect(long began, long ended) =>
            _part.Measured.Connects!.Count(ended - began, inTime: ended <= _measureUntil);

        /// <summary>Records the first right answer on a connection whose connect was recorded.</summary>
        public void RecordFirstAnswer(long connectBegan, long ended) =>
            _part.Measured.Connects!.CountFirstAnswer(ended - connectBegan);

        /// <summary>Records an attempt of the measured time that failed.</summary>
        public void RecordFailedConnect() => _part.Measured.Connects!.CountFailed();

        public void Dispose() => _scope.Dispose();
    }

    /// <summary>What one processor counts.</summary>
    internal sealed class Part(bool isOpenLoop, bool countsConnects)
    {
        public Lock Lock { get; } = new();
        public BenchTally Measured { get; } = new(isOpenLoop, countsConnects);
        public BenchTally Warmup { get; } = new(isOpenLoop, countsConnects);
    }
}

/// <summary>The instants of one request, in ticks of 100 ns on the clock of the bench.</summary>
/// <param name="Due">When it was due; in a closed loop the same as <paramref name="Sent"/>.</param>
/// <param name="Ready">When there was room for it; it could have been sent at the later of this and <paramref name="Due"/>.</param>
/// <param name="Sent">When it was handed to the client.</param>
internal readonly record struct RequestTimes(long Due, long Ready, long Sent)
{
    /// <summary>In a closed loop: a request is due, and there is room for it, when it is sent.</summary>
    public static RequestTimes AllAt(long sent) => new(sent, sent, sent);
}
