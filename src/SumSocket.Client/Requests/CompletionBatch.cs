using System.Numerics;

namespace SumSocket.Client.Requests;

/// <summary>What is notified in one go: one call for each run of requests that ended together and have the same observer.</summary>
internal sealed class CompletionBatch
{
    private const int MostKept = 4096; // 192 KiB

    [ThreadStatic]
    private static CompletionBatch? _spare; // one for all clients of a thread stays in its processor's cache

    private SumCompletion[] _sums = new SumCompletion[16];
    private Run[] _runs = new Run[1];
    private int _sumCount;
    private int _runCount;

    public static CompletionBatch Rent()
    {
        CompletionBatch rented = _spare ?? new CompletionBatch();
        _spare = null;
        return rented;
    }

    /// <summary>Makes room for so many, to be written at once.</summary>
    public Span<SumCompletion> Add(ISumObserver observer, int count, long timestamp)
    {
        int start = _sumCount;
        _sumCount += count;
        if (_sumCount > _sums.Length)
            Array.Resize(ref _sums, (int)BitOperations.RoundUpToPowerOf2((uint)_sumCount));
        if (_runCount == 0 || _runs[_runCount - 1].Observer != observer || _runs[_runCount - 1].Timestamp != timestamp)
            Begin(observer, timestamp);
        _runs[_runCount - 1].Count += count;
        return _sums.AsSpan(start, count);
    }

    /// <summary>Notifies all. It must not be used afterwards.</summary>
    public void Notify(ConnectionEvents failures)
    {
        int start = 0;
        for (int i = 0; i < _runCount; i++)
        {
            Run run = _runs[i];
            _runs[i] = default;
            try
            {
                run.Observer.OnCompleted(_sums.AsSpan(start, run.Count), run.Timestamp);
            }
            catch (Exception failure)
            {
                failures.ObserverFailed(failure); // a bug of the observer, which must not cost the others their answers
            }

            start += run.Count;
        }

        _sumCount = _runCount = 0;
        if (_sums.Length <= MostKept)
            _spare = this;
    }

    private void Begin(ISumObserver observer, long timestamp)
    {
        if (_runCount == _runs.Length)
            Array.Resize(ref _runs, 2 * _runCount);
        _runs[_runCount++] = new Run(observer, timestamp);
    }

    private record struct Run(ISumObserver Observer, long Timestamp)
    {
        public int Count;
    }
}
