using FluentAssertions;
using SumSocket.Client;
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
        BenchTarget subject = new(
            () => made++ < connected
                ? new BenchDouble(_time)
                : new BenchDouble(_time) { Dial = token => Task.Delay(Timeout.Infinite, token) },
            HasConnections: true, _ => []);
        using BenchRun run = new(subject, new BenchOptions { Connections = 3 }, _time);
        Task reading = ReadNothingAsync(run, stop.Token);

        await stop.CancelAsync();

        await reading;
        run.Failure.Should().Be(failure);
        (run.Result!.End, run.Result.Totals.Planned, run.Result.Duration).Should().Be((BenchEnd.Interrupted, 0, TimeSpan.Zero));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_goes_wrong_while_it_connects_does_not_last_longer_for_the_time_that_took()
    {
        TimeSpan took = TimeSpan.FromSeconds(10), retryIn = TimeSpan.FromMilliseconds(700);
        Queue<SumOutcome> outcomes = new([SumOutcome.NotSent, SumOutcome.Sum, SumOutcome.Sum]);
        BenchDouble second = null!;
        second = new BenchDouble(_time, (a, b) =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            return new(new SumResult(outcomes.Dequeue(), a + b));
        })
        {
            Dial = _ =>
            {
                _time.Advance(took);
                second.Raise(new ConnectionEvent(
                    ConnectionEventKind.ConnectFailed, null, "connect timed out", 1, retryIn, ConnectionCause.TimedOut));
                return Task.FromException(new SumConnectException("connect timed out"));
            },
        };
        Queue<BenchDouble> clients = new([new BenchDouble(_time, BenchDouble.Right), second]);
        BenchOptions options = new() { Connections = 2, Requests = 6, Warmup = TimeSpan.Zero };
        using BenchRun run = new(new BenchTarget(clients.Dequeue, HasConnections: true, _ => []), options, _time);
        Task reading = ReadAllAsync(run);

        await _time.UntilTimerIsSetAsync(retryIn - TimeSpan.FromMilliseconds(1));
        _time.Advance(retryIn - TimeSpan.FromMilliseconds(1));

        await reading;
        (run.Result!.Totals.Ok, run.Result.Totals.NotSent).Should().Be((5, 1));
        run.Result.Outages.Should().Equal(new BenchOutage(
            TimeSpan.Zero, "connect timed out", retryIn + TimeSpan.FromMilliseconds(1), retryIn + TimeSpan.FromMilliseconds(
                1), Connections: 1, Lost: 1));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_server_whose_answers_all_come_late_is_there()
    {
        BenchDouble? client = null;
        int calls = 0;
        client = new BenchDouble(
            _time, (a, b) => new(new SumResult(Interlocked.Increment(ref calls) == 1 ? SumOutcome.TimedOut : SumOutcome.Sum, a + b)));
        BenchOptions options = new() { Connections = 1, Requests = 3, Warmup = TimeSpan.Zero };
        using BenchRun run = new(new BenchTarget(() => client, HasConnections: false, _ => []), options, _time);
        Task reading = ReadAllAsync(run);

        client.Raise(new ConnectionEvent(ConnectionEventKind.Connected, null, string.Empty, 1)); // an answer, after the time-out

        await reading;
        (run.Failure, run.Result!.Totals.Ok, calls).Should().Be((null, 3, 4));
    }

    private static async Task ReadAllAsync(BenchRun run)
    {
        await foreach (BenchInterval _ in run.RunAsync())
        {
        }
    }

    private static async Task ReadNothingAsync(BenchRun run, CancellationToken stop)
    {
        await foreach (BenchInterval _ in run.RunAsync(stop))
            Assert.Fail("There is nothing to report.");
    }
}
