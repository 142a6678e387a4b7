using System.Diagnostics;

namespace SumSocket.Tests;

/// <summary>One direction of a <see cref="DatagramRelay"/>, and what it has done so far.</summary>
internal sealed class RelayDirection(RelayFaults faults, Random random, Action<byte[]> send)
{
    private static readonly TimeSpan _longestQueue = TimeSpan.FromMilliseconds(100);

    private readonly List<(long ReleaseAt, byte[] Datagram)> _held = [];
    private readonly List<Task> _delayed = [];
    private long _received, _passed, _dropped, _duplicated, _reordered, _truncated, _free;
    private volatile RelayFaults _faults = faults;

    /// <summary>What it does from now on.</summary>
    public RelayFaults Faults
    {
        get => _faults;
        set => _faults = value;
    }

    public long Received => Volatile.Read(ref _received);

    /// <summary>How many it sent on, doubled ones twice.</summary>
    public long Passed => Volatile.Read(ref _passed);

    public long Dropped => Volatile.Read(ref _dropped);

    public long Duplicated => Volatile.Read(ref _duplicated);

    public long Reordered => Volatile.Read(ref _reordered);

    public long Truncated => Volatile.Read(ref _truncated);

    /// <summary>How many are held back just now; nothing comes for them to be overtaken by. Read it at rest.</summary>
    public long Held => _held.Count;

    /// <summary>Ends when no datagram is being delayed.</summary>
    public Task Delayed => Task.WhenAll(_delayed);

    /// <summary>Does with one datagram what the draws say. Not at the same time as another.</summary>
    public void Take(ReadOnlySpan<byte> bytes, CancellationToken stop)
    {
        long number = _received + 1;
        TimeSpan queued = Queue(bytes.Length);
        if (Draw(Faults.Drop) || queued > _longestQueue)
        {
            Interlocked.Increment(ref _dropped);
        }
        else
        {
            if (Draw(Faults.Truncate) && !bytes.IsEmpty)
            {
                bytes = bytes[..random.Next(bytes.Length)];
                Interlocked.Increment(ref _truncated);
            }

            byte[] datagram = bytes.ToArray();
            bool twice = Draw(Faults.Duplicate);
            Interlocked.Add(ref _duplicated, twice ? 1 : 0);
            for (int i = twice ? 2 : 1; i > 0; i--)
                Route(number, datagram, queued, stop);
        }

        for (int i = _held.Count - 1; i >= 0; i--)
        {
            if (_held[i].ReleaseAt > number)
                continue;
            Pass(_held[i].Datagram);
            _held.RemoveAt(i);
        }

        Volatile.Write(ref _received, number); // last: who has seen it can look at the rest
    }

    /// <summary>How long a datagram waits for those ahead of it.</summary>
    private TimeSpan Queue(int length)
    {
        if (Faults.BytesPerSecond == 0)
            return TimeSpan.Zero;
        long now = Stopwatch.GetTimestamp();
        TimeSpan wait = Stopwatch.GetElapsedTime(now, Math.Max(now, _free));
        if (wait <= _longestQueue)
            _free = Math.Max(now, _free) + (length * Stopwatch.Frequency / Faults.BytesPerSecond);
        return wait;
    }

    private void Route(long number, byte[] datagram, TimeSpan queued, CancellationToken stop)
    {
        if (Draw(Faults.Reorder))
        {
            Interlocked.Increment(ref _reordered);
            _held.Add((number + random.Next(1, 9), datagram));
        }
        else if (Draw(Faults.Delay) || queued > TimeSpan.Zero)
        {
            _delayed.RemoveAll(task => task.IsCompleted);
            TimeSpan delay = Faults.MinDelay + ((Faults.MaxDelay - Faults.MinDelay) * random.NextDouble());
            _delayed.Add(PassAfterAsync(queued > delay ? queued : delay, datagram, stop));
        }
        else
        {
            Pass(datagram);
        }
    }

    private async Task PassAfterAsync(TimeSpan delay, byte[] datagram, CancellationToken stop)
    {
        await Task.Delay(delay, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stop.IsCancellationRequested)
            Pass(datagram);
    }

    private void Pass(byte[] datagram)
    {
        Interlocked.Increment(ref _passed);
        send(datagram);
    }

    private bool Draw(double probability) => random.NextDouble() < probability;
}
