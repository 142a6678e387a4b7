using System.Diagnostics;

namespace SumSocket.Tests;

/// <summary>How long a test waits for something that must happen. Long, since it only passes when the test fails.</summary>
internal static class TestTimeout
{
    public const int Milliseconds = 30_000;

    public static readonly TimeSpan Span = TimeSpan.FromMilliseconds(20_000);

    /// <summary>Waits until something is so that no event reports.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Span)
                throw new TimeoutException($"Waited in vain until {what}.");
            await Task.Yield();
        }
    }
}
