namespace SumSocket.Cli.Logging;

/// <summary>A log of at most ten lines a second of one kind, which is an event id: what happens by the thousand, such as connections, would
/// fill the disk and bury everything else. The rest is counted, and stated in one line when the second is over.</summary>
/// <param name="inner">Where the lines go. Disposed with this.</param>
/// <param name="time">The clock.</param>
internal sealed class LimitedProvider(ILoggerProvider inner, TimeProvider time) : ILoggerProvider
{
    private const int MaxLines = 10;

    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, Kind> _kinds = [];
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private bool _isTimerSet;

    public ILogger CreateLogger(string categoryName) => new LimitedLogger(this, inner.CreateLogger(categoryName));

    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            foreach (Kind kind in _kinds.Values)
                kind.StateLeftOut();
        }

        inner.Dispose();
    }

    /// <summary>Whether there is room for a line now; else it is counted.</summary>
    private bool TryTake(ILogger logger, LogLevel level, EventId id)
    {
        lock (_gate)
        {
            if (!_kinds.TryGetValue(id.Id, out Kind? kind))
                _kinds.Add(id.Id, kind = new Kind(logger, level, id, time.GetTimestamp()));
            if (kind.LeftOut == 0 && time.GetElapsedTime(kind.Began) >= _second)
                kind.Begin(time.GetTimestamp());
            if (kind.LeftOut == 0 && kind.Lines < MaxLines)
            {
                kind.Lines++;
                return true;
            }

            kind.LeftOut++;
            if (!_isTimerSet)
                SetTimer(_second - time.GetElapsedTime(kind.Began));
            return false;
        }
    }

    private void SetTimer(TimeSpan due)
    {
        _isTimerSet = true;
        _timer ??= time.CreateTimer(
            static provider => ((LimitedProvider)provider!).StateLeftOut(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void StateLeftOut()
    {
        lock (_gate)
        {
            _isTimerSet = false;
            TimeSpan next = Timeout.InfiniteTimeSpan;
            foreach (Kind kind in _kinds.Values.Where(kind => kind.LeftOut > 0))
            {
                TimeSpan left = _second - time.GetElapsedTime(kind.Began);
                if (left > TimeSpan.Zero)
                    next = next == Timeout.InfiniteTimeSpan || left < next ? left : next;
                else
                    kind.StateLeftOut(time.GetTimestamp());
            }

            if (next != Timeout.InfiniteTimeSpan)
                SetTimer(next);
        }
    }

    /// <summary>The lines with one event id, and those left out, in the second that began.</summary>
    private sealed class Kind(ILogger logger, LogLevel level, EventId id, long began)
    {
        public long Began { get; private set; } = began;

        public int Lines { get; set; }

        public int LeftOut { get; set; }

        public void Begin(long now) => (Began, Lines, LeftOut) = (now, 0, 0);

        /// <summary>Writes how many were left out, as the first line of the next second.</summary>
        public void StateLeftOut(long now = 0)
        {
            if (LeftOut == 0)
                return;
            logger.Log(level, id, LeftOut, null, static (count, _) =>
                string.Create(CultureInfo.InvariantCulture, $"{count:N0} more of this kind within a second"));
            Begin(now);
            Lines = 1;
        }
    }

    private sealed class LimitedLogger(LimitedProvider provider, ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null; // the lines show no scopes

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (provider.TryTake(logger, logLevel, eventId))
                logger.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
