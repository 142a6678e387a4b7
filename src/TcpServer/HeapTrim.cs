namespace SumSocket.Apps;

/// <summary>Gives back what a crowd has left in the heap, once it is calm. The garbage collector has no reason to look at a process that
/// allocates nothing, which is what this one becomes when no more connections arrive: the garbage of accepting and logging would stay, as
/// much again as the connections themselves need (2,140 resident bytes for each idle one instead of 1,070).</summary>
/// <remarks>One compacting collection costs a pause of about a millisecond for each thousand connections, once after each crowd, as a
/// collection in the middle of it does. The garbage collector belongs to the process, so the program decides this and no library.</remarks>
internal sealed class HeapTrim : IDisposable
{
    /// <summary>Less than this allocated in a period is calm: some ten connections, some hundred lines of the log.</summary>
    private const long CalmBytes = 64 * 1024;

    /// <summary>Less than this since the last time is not worth a pause: a thousand connections. Nor is less than a quarter of what is in
    /// use.</summary>
    private const long WorthBytes = 2 * 1024 * 1024;

    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(200);

    private readonly ITimer _timer;
    private long _allocated;
    private long _nextTrim = WorthBytes;

    public HeapTrim(TimeProvider time) => _timer = time.CreateTimer(static state => ((HeapTrim)state!).Check(), this, _period, _period);

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        long allocated = GC.GetTotalAllocatedBytes();
        bool isCalm = allocated - _allocated < CalmBytes;
        _allocated = allocated;
        if (!isCalm || allocated < _nextTrim)
            return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true); // the mode that gives the pages back
        _nextTrim = allocated + Math.Max(WorthBytes, GC.GetTotalMemory(forceFullCollection: false) / 4);
    }
}
