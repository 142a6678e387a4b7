namespace SumSocket.Commands.Bench.Live;

/// <summary>Shows on the terminal how a bench goes, and leaves nothing of that there when it ends: the report beneath tells the result as
/// always. The thread that draws waits for the terminal and for nothing else, and nothing waits for it until the end; it looks at what the
/// run tells anyway.</summary>
internal sealed class LiveReport : IBenchReport, IDisposable
{
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _leastPause = TimeSpan.FromMilliseconds(50); // however much is logged meanwhile

    private readonly IBenchReport _beneath;
    private readonly LiveScreen _screen;
    private readonly BenchOptions _options;
    private readonly Func<BenchProgress> _progress;
    private readonly bool _useColor = ConsoleTerminal.AllowsColor;
    private readonly Lock _lock = new();
    private readonly Queue<BenchInterval> _recent = [];
    private readonly AutoResetEvent _again = new(false);
    private readonly ManualResetEvent _end = new(false);
    private BenchCounts _totals = new();
    private Thread? _thread;

    /// <param name="beneath">The report of the result.</param>
    /// <param name="screen">Where to show how it goes.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="progress">Where the run stands, for any thread.</param>
    public LiveReport(IBenchReport beneath, LiveScreen screen, BenchOptions options, Func<BenchProgress> progress)
    {
        (_beneath, _screen, _options, _progress) = (beneath, screen, options, progress);
        screen.WhenInterrupted(() => _again.Set());
    }

    private LiveState State
    {
        get
        {
            lock (_lock)
                return new LiveState(_options, _progress(), _totals, [.. _recent]);
        }
    }

    public void Begin()
    {
        _beneath.Begin();
        LiveFrame.Draw(State, _screen.Width, _useColor); // compiled now, and not while it is measured
        _thread = new Thread(DrawOnAndOn) { IsBackground = true, Name = "live view" };
        _thread.Start();
    }

    public void Tell(BenchInterval interval)
    {
        lock (_lock)
        {
            _totals = _totals.Plus(interval.Counts);
            _recent.Enqueue(interval);
            if (_recent.Count > LiveFrame.MaxBars)
                _recent.Dequeue();
        }

        _beneath.Tell(interval);
    }

    public void End(BenchResult result, int exitCode)
    {
        Stop();
        _beneath.End(result, exitCode);
    }

    public void Dispose()
    {
        Stop();
        _again.Dispose();
        _end.Dispose();
    }

    private void Stop()
    {
        _screen.WhenInterrupted(null);
        _end.Set();
        _thread?.Join();
        _thread = null;
        _screen.Erase();
    }

    private void DrawOnAndOn()
    {
        try
        {
            do
            {
                _screen.Draw(LiveFrame.Draw(State, _screen.Width, _useColor));
                if (_end.WaitOne(_leastPause))
                    return;
            }
            while (WaitHandle.WaitAny([_end, _again], _period - _leastPause) != 0);
        }
        catch (IOException)
        {
            // The terminal has gone. So will the result, and that is told.
        }
    }
}
