namespace SumSocket.Measurement.Bench;

/// <summary>Goes through the schedule and lets each connection ask when it is due, on a thread of its own.</summary>
/// <param name="loops">The connections, in the order of their turns.</param>
/// <param name="plan">The schedule.</param>
/// <param name="clock">The clock.</param>
internal sealed class RateScheduler(IReadOnlyList<IBenchLoop> loops, BenchPlan plan, BenchClock clock)
{
    private static readonly TimeSpan _longestSleep = TimeSpan.FromMilliseconds(20); // the schedule may be cut short meanwhile

    private long _number;

    /// <summary>Runs to the end of the schedule.</summary>
    public Task RunAsync() => clock.IsReal
        ? Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default)
        : RunOnTimersAsync();

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

    /// <returns>When the next question is due; <see cref="long.MaxValue"/> after the last.</returns>
    private long ReleaseDue()
    {
        for (long now = clock.Now; _number < plan.Count; _number++)
        {
            long due = plan.DueOf(_number);
            if (due > now && due > (now = clock.Now))
                return due;
            loops[(int)(_number % loops.Count)].Release(now);
        }

        foreach (IBenchLoop loop in loops)
            loop.Release(clock.Now); // those who wait for what does not come
        return long.MaxValue;
    }
}
