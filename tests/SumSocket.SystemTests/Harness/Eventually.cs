namespace SumSocket.SystemTests.Harness;

/// <summary>Waiting for what another process does and no event reports.</summary>
internal static class Eventually
{
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Looks again and again until <paramref name="condition"/> holds; fails saying <paramref name="what"/> was waited for.
    /// </summary>
    public static async Task IsTrueAsync(Func<bool> condition, string what, TimeSpan? within = null)
    {
        TimeSpan limit = within ?? TimeSpan.FromSeconds(10);
        long start = TimeProvider.System.GetTimestamp();
        using PeriodicTimer timer = new(_step);
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > limit)
                Assert.Fail($"After {limit.TotalSeconds} s it was still not so that {what}.");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Lets real time pass, where the passing of time is the thing under test; never to wait for something to be ready.</summary>
    public static async Task PassesAsync(TimeSpan span)
    {
        using PeriodicTimer timer = new(span);
        await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }
}
