using SumSocket.Cli.Terminal;

namespace SumSocket.Capture.Live;

/// <summary>A capture under way: a thread that does nothing but take packets.</summary>
internal sealed class Recording : IDisposable
{
    private static readonly TimeSpan _longestEnd = TimeSpan.FromSeconds(5);

    private const long Lag = 1_000_000_000; // packets of that time have come
    private const long LastPackets = 150_000_000; // those of the end that the kernel has not handed over yet
    private const long LongestRest = 3_000_000_000; // for what gathered there
    private const long FarBehind = 500_000_000; // a quarter of what the kernel has room for, at 50,000 packets a second
    private const int CheckEvery = 256; // packets

    private readonly IPacketSource _source;
    private readonly ProgramEvents _program;
    private readonly IPacketSink _sink;
    private readonly Recorder _recorder;
    private readonly Thread _thread;
    private readonly long _begin = ObservedSocket.Now;
    private readonly Action<string> _failed;
    private long _end = long.MaxValue;

    /// <summary>Begins.</summary>
    /// <param name="source">Has the packets.</param>
    /// <param name="scope">Which of them there can be.</param>
    /// <param name="program">What the program does.</param>
    /// <param name="sink">Takes the result.</param>
    /// <param name="failed">Gets why it cannot go on, at once.</param>
    public Recording(IPacketSource source, CaptureScope scope, ProgramEvents program, IPacketSink sink, Action<string> failed)
    {
        (_source, _program, _sink, _failed) = (source, program, sink, failed);
        _recorder = new Recorder(scope, program, source.Link, sink);
        _thread = new Thread(Run) { IsBackground = true, Name = "capture" };
        _thread.Start();
    }

    /// <summary>Whether nothing uses what it was given any more.</summary>
    public bool HasEnded => !_thread.IsAlive;

    /// <summary>Packets that it has written, once it has ended.</summary>
    public long Packets => _recorder.Packets;

    /// <summary>What it has seen, once it has ended well.</summary>
    public CaptureTotals? Totals { get; private set; }

    /// <summary>Why it failed, once it has ended; null when it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>Takes what has come and ends.</summary>
    /// <returns>False when it does not end in time: then its thread still uses all that it was given.</returns>
    public bool TryEnd()
    {
        _program.Close();
        Interlocked.CompareExchange(ref _end, ObservedSocket.Now + LastPackets, long.MaxValue);
        return _thread.Join(_longestEnd);
    }

    /// <summary>What its thread still uses is left as it is: libpcap would crash.</summary>
    public void Dispose()
    {
        if (TryEnd())
            _sink.Dispose();
    }

    private void Run()
    {
        try
        {
            bool isCut = TakeAll();
            _recorder.TakeEvents(long.MaxValue);
            CaptureTotals totals = new(_begin, _recorder.Packets, _recorder.Others, _source.ReadCounts().Dropped)
            {
                Forgotten = _recorder.Forgotten,
                IsCut = isCut,
            };
            _sink.End(totals);
            Totals = totals;
        }
        catch (Exception failure)
        {
            Failure = Printable.Text(failure.Message); // such as a full disk
            _program.Close();
            _failed(Failure);
        }
    }

    /// <summary>Takes packets until one is of a time behind the end, or no more come.</summary>
    /// <returns>Whether its time was over before that.</returns>
    private bool TakeAll()
    {
        long time = 0, taken = 0;
        bool canGiveWay = LinuxOnly.TryGiveWay(); // what is captured must not wait for this
        bool givesWay = canGiveWay;
        PacketTaker take = (at, bytes, length) =>
        {
            time = at;
            if (at <= Interlocked.Read(ref _end))
                _recorder.Take(at, bytes, length);
        };
        while (true)
        {
            long end = Interlocked.Read(ref _end), late = end == long.MaxValue ? long.MinValue : ObservedSocket.Now - end;
            if (late > LongestRest)
                return true;
            if (_source.TryTake(take))
            {
                if (time > end)
                    return false;
                if (givesWay && ++taken % CheckEvery == 0 && ObservedSocket.Now - time > FarBehind)
                    givesWay = !LinuxOnly.StopGivingWay(); // packets would be lost
                continue;
            }

            if (late > 0)
                return false;
            if (canGiveWay && !givesWay)
                givesWay = LinuxOnly.TryGiveWay();
            _recorder.TakeEvents(ObservedSocket.Now - Lag);
            _sink.Pause();
            Thread.Sleep(PacketSource.Rest); // what comes meanwhile gathers in the kernel
        }
    }
}
