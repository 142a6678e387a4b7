namespace SumSocket.Tests;

/// <summary>
/// What code costs the garbage collector, measured over five windows of which the least counts: the test runner and the tiers of the
/// compiler allocate now and then, what is measured would in every window.
/// </summary>
internal static class Allocations
{
    private const int Windows = 5;

    /// <summary>Bytes allocated by this thread.</summary>
    public static long OfThisThread(Action run) => Least(run, GC.GetAllocatedBytesForCurrentThread);

    /// <summary>Bytes allocated by the whole process; for tests that run <see cref="Alone"/>.</summary>
    public static long OfTheProcess(Action run) => Least(run, () => GC.GetTotalAllocatedBytes(precise: true));

    private static long Least(Action run, Func<long> allocated)
    {
        run(); // what grows once has grown
        long least = long.MaxValue;
        for (int i = 0; i < Windows; i++)
        {
            long before = allocated();
            run();
            least = Math.Min(least, allocated() - before);
        }

        return least;
    }
}
