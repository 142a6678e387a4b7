namespace SumSocket.SystemTests.Harness;

/// <summary>
/// How long a test waits for one thing: 20 s, long on a busy machine and shorter than the time-out of any test, so that what fails is the
/// wait, which can say what it waited for, and the test still gets to clean up behind itself.
/// </summary>
internal static class Patience
{
    /// <summary>The limit.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Waits for a task no longer than that; fails saying <paramref name="what"/> did not happen, and what was seen meanwhile.
    /// </summary>
    public static async Task<T> ForAsync<T>(Task<T> task, string what, Func<string>? seen = null)
    {
        await ForAsync((Task)task, what, seen);
        return await task;
    }

    /// <inheritdoc cref="ForAsync{T}(Task{T}, string, Func{string}?)"/>
    public static async Task ForAsync(Task task, string what, Func<string>? seen = null, TimeSpan? limit = null)
    {
        TimeSpan longest = limit ?? Limit;
        try
        {
            await task.WaitAsync(longest, TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && !task.IsCompleted)
        {
            Assert.Fail($"Within {longest.TotalSeconds} s there was no {what}.\n{seen?.Invoke()}");
        }
    }
}
