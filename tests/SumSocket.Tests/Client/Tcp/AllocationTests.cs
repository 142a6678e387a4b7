using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>Alone, since the whole process's allocations are counted.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Sums = 100_000; // so that a thread that the pool adds meanwhile does not count

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(1)]
    [InlineData(64)]
    public async Task A_sum_allocates_nothing(int callers)
    {
        await using var server = new FloodServer();
        await using var client = new SumTcpClient(new SumTcpClientOptions { Port = server.Port, VerifySums = true });
        using var neverCancelled = new CancellationTokenSource();
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] warm =
            [.. Enumerable.Range(0, callers).Select(_ => AskAsync(client, Sums / callers, Task.CompletedTask, neverCancelled.Token))];
        await Task.WhenAll(warm);
        Task[] measured = [.. Enumerable.Range(0, callers).Select(_ => AskAsync(client, Sums / callers, start.Task, neverCancelled.Token))];
        Task all = Task.WhenAll(measured);

        long before = GC.GetTotalAllocatedBytes(precise: true);
        start.SetResult();
        await all;
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        (allocated / (double)Sums).Should().BeLessThan(1, "{0} bytes were allocated for {1} sums", allocated, Sums);
    }

    private static async Task AskAsync(SumTcpClient client, int count, Task start, CancellationToken token)
    {
        await start.ConfigureAwait(false);
        for (int i = 0; i < count; i++)
        {
            SumResult result = await client.SumAsync(i, 1, token).ConfigureAwait(false);
            if (!result.IsSum)
                throw new InvalidOperationException($"{i} + 1 ended as {result.Outcome}");
        }
    }
}
