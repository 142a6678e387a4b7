using System.Runtime.InteropServices;

namespace SumSocket.Measurement.Bench;

/// <summary>Goes through the schedule and lets each connection send when its turn is due, on a thread of its own.</summary>
internal sealed class RateScheduler(IReadOnlyList<BenchLoop> loops, BenchPlan plan, BenchClock clock)
{
    private static readonly TimeSpan _longestSleep = TimeSpan.FromMilliseconds(20); // the schedule may be cut short meanwhile

    private long _number;

    public Task RunAsync()
    {
        if (!clock.IsReal)
            return RunOnTimersAsync();
        try
        {
            return Task.Factory.StartNew(
                Run, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        }
        catch (TaskSchedulerException)
        {
            return RunOnTimersAsync(); // the system has no further thread: to a millisecond instead of a tenth of one
        }
    }

    private void Run()
    {
        while (ReleaseDue() is var next and not long.MaxValue)
            ShortSleep.For(TimeSpan.FromTicks(Math.Min(next - clock.Now, _longestSleep.Ticks)));
    }

    private async Task RunOnTimersAsync()
    {
        while (ReleaseDue() is var next and not long.MaxValue)
            await clock.WaitUntilAsync(Math.Min(next, clock.Now + _longestSleep.Ticks), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Releases what is due, and returns when the next request is; <see cref="long.MaxValue"/> after the last.</summary>
    private long ReleaseDue()
    {
        for (long now = clock.Now; _number < plan.Count; _number++)
        {
            long due = plan.DueOf(_number);
            if (due > now && due > (now = clock.Now))
                return due;
            loops[(int)(_number % loops.Count)].Release(now);
        }

        foreach (BenchLoop loop in loops)
            loop.Release(clock.Now); // a loop that still waits for a request of its own ends now
        return long.MaxValue;
    }
}

/// <summary>Sleeps that end within a tenth of a millisecond: the runtime's own count whole milliseconds, which at 20,000 requests a second
/// is twenty of them at once. On Windows it is the runtime's sleep.</summary>
internal static class ShortSleep
{
    /// <summary>Sleeps, or returns at once when there is nothing to wait for. It may return early.</summary>
    public static void For(TimeSpan span)
    {
        if (span <= TimeSpan.Zero)
            return;
        if (OperatingSystem.IsWindows())
        {
            Thread.Sleep(span);
            return;
        }

        (long seconds, long ticks) = Math.DivRem(span.Ticks, TimeSpan.TicksPerSecond);
        TimeSpec request = new((nint)seconds, (nint)(ticks * TimeSpan.NanosecondsPerTick));
        _ = NanoSleep(in request, 0);
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NanoSleep(in TimeSpec request, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec(nint seconds, nint nanoseconds)
    {
        public readonly nint Seconds = seconds;
        public readonly nint Nanoseconds = nanoseconds;
    }
}
