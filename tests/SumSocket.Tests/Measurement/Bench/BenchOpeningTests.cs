using FluentAssertions;
using SumSocket.Client;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Statistics;
using SumSocket.Protocol;
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
        ValueTask<SumResult> Answer(long a, long b) =>
            new(new SumResult(Interlocked.Increment(ref calls) == 1 ? SumOutcome.TimedOut : SumOutcome.Sum, a + b));
        client = new BenchDouble(_time, Answer) { Check = Answer };
        BenchOptions options = new() { Connections = 1, Requests = 3, Warmup = TimeSpan.Zero };
        using BenchRun run = new(new BenchTarget(() => client, HasConnections: false, _ => []), options, _time);
        Task reading = ReadAllAsync(run);

        client.Raise(new ConnectionEvent(ConnectionEventKind.Connected, null, string.Empty, 1)); // an answer, after the time-out

        await reading;
        (run.Failure, run.Result!.Totals.Ok, run.Result.Warmup.Ok, calls).Should().Be((null, 3, 1, 5));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Every_connection_is_opened_over_the_ramp_up_and_has_one_sum_checked_whether_it_is_asked_later_or_not()
    {
        List<double> opened = [];
        int checkedSums = 0;
        BenchTarget subject = new(
            () => new BenchDouble(_time, BenchDouble.Right)
            {
                Dial = _ =>
                {
                    opened.Add((_time.GetUtcNow() - ManualTimeProvider.Start).TotalSeconds);
                    return Task.CompletedTask;
                },
                Check = (a, b) =>
                {
                    checkedSums++;
                    return BenchDouble.Right(a, b);
                },
            },
            HasConnections: true, _ => []);
        BenchOptions options = new()
        {
            Connections = 4,
            RampUp = TimeSpan.FromSeconds(4),
            Rate = 1,
            Requests = 1,
            Warmup = TimeSpan.Zero,
            Thresholds = [new("connections>=4", ThresholdMetric.Connections, 0, ">=", 4)],
        };
        using BenchRun run = new(subject, options, _time);
        await ReadAllWhileTimePassesAsync(run);

        opened.Skip(1).Should().Equal([0, 1, 2, 3], "the first is also what finds the server");
        checkedSums.Should().Be(4);
        (run.Result!.ConnectionsOpened, run.Result.HasTooFewConnections, run.Result.Totals.Ok).Should().Be((4, false, 1));
        run.Result.Thresholds.Should().ContainSingle().Which.IsMet.Should().BeTrue();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task It_says_how_many_connections_it_has_and_why_not_all()
    {
        int made = 0;
        BenchTarget subject = new(
            () =>
            {
                BenchDouble client = null!;
                int number = made++;
                return client = new BenchDouble(_time, BenchDouble.Right)
                {
                    Dial = _ =>
                    {
                        if (number != 1)
                            return Task.CompletedTask;
                        client.Raise(new ConnectionEvent(ConnectionEventKind.ConnectFailed, null, "connection refused", 1));
                        return Task.FromException(new SumConnectException("cannot connect: connection refused"));
                    },
                    Check = (a, b) => number == 2 ? new(new SumResult(SumOutcome.ServerError, 0, ErrorCode.Busy)) : BenchDouble.Right(a, b),
                };
            },
            HasConnections: true, _ => []);
        BenchOptions options = new() { Connections = 4, Rate = 1, Requests = 1, Warmup = TimeSpan.Zero };
        using BenchRun run = new(subject, options, _time);
        await ReadAllWhileTimePassesAsync(run);

        (run.Result!.ConnectionsOpened, run.Result.HasTooFewConnections).Should().Be((2, true));
        run.Result.NotOpened.Should().BeEquivalentTo(
            [KeyValuePair.Create("connection refused", 1L), KeyValuePair.Create("server said busy", 1L)]);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task It_does_not_wait_for_ever_for_connections_that_do_not_come()
    {
        int made = 0;
        BenchTarget subject = new(
            () => made++ == 0
                ? new BenchDouble(_time, BenchDouble.Right)
                : new BenchDouble(_time, BenchDouble.Right) { Dial = token => Task.Delay(Timeout.Infinite, token) },
            HasConnections: true, _ => []);
        BenchOptions options = new() { Connections = 1_000, Rate = 1000, Requests = 1, Warmup = TimeSpan.Zero };
        using BenchRun run = new(subject, options, _time);
        await ReadAllWhileTimePassesAsync(run);

        run.Result!.ConnectionsOpened.Should().Be(1);
        run.Result.NotOpened.Select(one => one.Key).Should()
            .BeEquivalentTo("no connection in time", "not tried, since others had failed");
    }

    private async Task ReadAllWhileTimePassesAsync(BenchRun run)
    {
        Task reading = ReadAllAsync(run);
        while (!reading.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await reading;
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
