namespace SumSocket.Server;

/// <summary>What is held back for a time, in the order in which its time comes: one timer for all of it. An item that is taken out goes on
/// exactly once.</summary>
/// <typeparam name="T">A connection, or a datagram.</typeparam>
/// <param name="time">The clock. The time goes on while the process is suspended, unlike that of deadlines: a late answer is what the
/// client waits for, and cuts no connection.</param>
/// <param name="release">Makes an item go on. It does not wait.</param>
internal sealed class DelayQueue<T>(TimeProvider time, Action<T> release) : IDisposable
    where T : Delayed
{
    private readonly PriorityQueue<T, long> _held = new(); // those taken stay until their time, or until they are too many
    private readonly Lock _gate = new();
    private ITimer? _timer; // most servers never need it
    private long _armedFor = long.MaxValue;
    private int _taken;
    private bool _isClosed;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _held.Count - _taken;
        }
    }

    /// <summary>The same, with those that have gone on and are not removed yet: for tests.</summary>
    internal int Kept => _held.Count;

    /// <summary>Holds an item back, once. It may go on, on another thread, before this returns.</summary>
    public void Add(T item, int milliseconds)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                item.IsHeld = true;
                _held.Enqueue(item, time.GetTimestamp() + milliseconds * time.TimestampFrequency / 1000);
                Arm();
                return;
            }
        }

        release(item);
    }

    /// <summary>Makes an item go on now, if it is held back.</summary>
    public void Release(T item)
    {
        lock (_gate)
        {
            if (!item.IsHeld)
                return;
            item.IsHeld = false;
            _taken++;
            if (_taken > _held.Count / 2)
                RemoveTaken();
        }

        release(item);
    }

    /// <summary>Makes all of them go on now, and whatever is added from now on.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _timer?.Dispose();
        }

        ReleaseUntil(long.MaxValue);
    }

    private void ReleaseDue()
    {
        ReleaseUntil(time.GetTimestamp());
        lock (_gate)
        {
            _armedFor = long.MaxValue;
            Arm();
        }
    }

    private void ReleaseUntil(long now)
    {
        while (true)
        {
            T item;
            lock (_gate)
            {
                if (!_held.TryPeek(out _, out long due) || due > now)
                    return;
                item = _held.Dequeue();
                if (!item.IsHeld)
                {
                    _taken--;
                    continue;
                }

                item.IsHeld = false;
            }

            release(item);
        }
    }

    /// <summary>To look for one item costs as much, and is needed for each of many at a stop.</summary>
    private void RemoveTaken()
    {
        (T Item, long Due)[] live = [.. _held.UnorderedItems.Where(entry => entry.Element.IsHeld)];
        _held.Clear();
        _held.EnqueueRange(live);
        _taken = 0;
    }

    private void Arm()
    {
        if (_isClosed || !_held.TryPeek(out _, out long due) || due >= _armedFor)
            return;
        _armedFor = due;
        _timer ??= time.CreateTimer(
            static queue => ((DelayQueue<T>)queue!).ReleaseDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        double milliseconds = Math.Ceiling((due - time.GetTimestamp()) * 1000.0 / time.TimestampFrequency); // rounded up: never early
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, milliseconds)), Timeout.InfiniteTimeSpan);
    }
}

/// <summary>What can be held back.</summary>
internal abstract class Delayed
{
    /// <summary>Whether it is held back and has not gone on. Of the queue alone, under its lock.</summary>
    public bool IsHeld { get; set; }
}
