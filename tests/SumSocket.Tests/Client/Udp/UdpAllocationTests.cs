using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Udp;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

/// <summary>What a sum costs the garbage collector, the server's part included.</summary>
[Collection(Alone.Name)]
public sealed class UdpAllocationTests
{
    [Theory(Timeout = 2 * TestTimeout.Milliseconds)]
    [InlineData(1, true, 5_000)]
    [InlineData(64, true, 20_000)] // the callers' own tasks are among what is counted
    [InlineData(64, false, 20_000)]
    public async Task A_sum_allocates_nothing(int callers, bool useIds, int sums)
    {
        await using var server = new LoopbackServer();
        // some callers wait
        var options = new SumUdpClientOptions { Port = server.Port, VerifySums = true, UseIds = useIds, MaxInFlight = 48 };
        await using var client = new SumUdpClient(options);
        using var neverCancelled = new CancellationTokenSource();

        long allocated = Allocations.OfTheProcess(() => Task.WaitAll(
            [.. Enumerable.Range(0, callers).Select(_ => Task.Run(() => AskAsync(client, sums / callers, neverCancelled.Token)))]));

        (allocated / (double)sums).Should()
            .BeLessThan(2, "{0} bytes were allocated for {1} sums, tasks of the callers included", allocated, sums);
    }

    private static async Task AskAsync(SumUdpClient client, int count, CancellationToken token)
    {
        for (int i = 0; i < count; i++)
        {
            SumResult result = await client.SumAsync(i, 1, token).ConfigureAwait(false);
            if (!result.IsSum)
                throw new InvalidOperationException($"{i} + 1 ended as {result.Outcome}");
        }
    }
}
