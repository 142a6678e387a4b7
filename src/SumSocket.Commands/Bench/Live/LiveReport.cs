namespace SumSocket.Commands.Bench.Live;

/// <summary>Shows on the terminal how a bench goes, and removes that when it ends: the report beneath writes the result as always. The
/// thread that draws waits only for the terminal, and nothing waits for it until the end. It reads what the run reports anyway.</summary>
internal sealed class LiveReport(IBenchReport beneath, LiveScreen screen, BenchOptions options, Func<BenchProgress> progress)
    : IBenchReport, IDisposable
{
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _leastPause = TimeSpan.FromMilliseconds(50); // however much is logged meanwhile

    private readonly bool _useColor = ConsoleTerminal.AllowsColor;
    private readonly Lock _lock = new();
    private readonly Queue<BenchInterval> _recent = [];
    private readonly AutoResetEvent _again = new(false);
    private readonly ManualResetEvent _end = new(false);
    private BenchCounts _totals = new();
    private Thread? _thread;

    private LiveState State
    {
        get
        {
            lock (_lock)
                return new LiveState(options, progress(), _totals, [.. _recent]);
        }
    }

    public void Begin()
    {
        screen.WhenInterrupted(() => _again.Set());
        beneath.Begin();
        LiveFrame.Draw(State, screen.Width, _useColor); // compiled now, and not while it is measured
        _thread = new Thread(DrawUntilEnd) { IsBackground = true, Name = "live view" };
        _thread.Start();
    }

    public void Add(BenchInterval interval)
    {
        lock (_lock)
        {
            _totals = _totals.Plus(interval.Counts);
            _recent.Enqueue(interval);
            if (_recent.Count > LiveFrame.MaxBars)
                _recent.Dequeue();
        }

        beneath.Add(interval);
    }

    public void End(BenchResult result, int exitCode)
    {
        Stop();
        beneath.End(result, exitCode);
    }

    public void Dispose()
    {
        Stop();
        _again.Dispose();
        _end.Dispose();
    }

    private void Stop()
    {
        screen.WhenInterrupted(null);
        _end.Set();
        _thread?.Join();
        _thread = null;
        screen.Erase();
    }

    private void DrawUntilEnd()
    {
        try
        {
            do
            {
                screen.Draw(LiveFrame.Draw(State, screen.Width, _useColor));
                if (_end.WaitOne(_leastPause))
                    return;
            }
            while (WaitHandle.WaitAny([_end, _again], _period - _leastPause) != 0);
        }
        catch (IOException)
        {
            // The terminal has gone. Writing the result will fail too, and that is reported.
        }
    }
}
