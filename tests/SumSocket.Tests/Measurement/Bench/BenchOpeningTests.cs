using FluentAssertions;
using SumSocket.Measurement.Bench;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

public class BenchOpeningTests
{
    private readonly ManualTimeProvider _time = new();

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(0, "stopped before the server was reached")]
    [InlineData(1, null)] // it is there, and the user ended it before there was anything to measure
    public async Task An_interruption_while_it_connects_is_a_whole_result_of_nothing(int connected, string? failure)
    {
        using CancellationTokenSource stop = new();
        int made = 0;
        BenchSubject subject = new(
            () => made++ < connected ? new BenchDouble(_time) : new BenchDouble(_time) { Dial = token => Task.Delay(Timeout.Infinite, token) },
            HasConnections: true, _ => []);
        using BenchRun run = new(subject, new BenchOptions { Connections = 3 }, _time);
        Task told = NothingIsToldAsync(run, stop.Token);

        await stop.CancelAsync();

        await told;
        run.Failure.Should().Be(failure);
        (run.Result!.End, run.Result.Totals.Planned, run.Result.Duration).Should().Be((BenchEnd.Interrupted, 0, TimeSpan.Zero));
    }

    private static async Task NothingIsToldAsync(BenchRun run, CancellationToken stop)
    {
        await foreach (BenchInterval _ in run.RunAsync(stop))
            Assert.Fail("There is nothing to tell.");
    }
}
