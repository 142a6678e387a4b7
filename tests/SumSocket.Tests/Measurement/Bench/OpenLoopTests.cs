using FluentAssertions;
using SumSocket.Client;
using SumSocket.Measurement.Bench;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

public class OpenLoopTests
{
    private static readonly TimeSpan _ms = TimeSpan.FromMilliseconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly BenchRecorder _recorder = new(isOpenLoop: true);
    private readonly BenchOptions _options =
        new() { Connections = 1, Rate = 1_000, Warmup = TimeSpan.Zero, Duration = TimeSpan.FromSeconds(10) };

    [Fact]
    public async Task A_server_that_stands_still_is_charged_for_all_that_waited()
    {
        TaskCompletionSource<SumResult>? frozen = null;
        (long, long) request = default;
        (OpenLoop loop, BenchClock clock) = Loop((a, b) =>
        {
            request = (a, b);
            if (_time.GetTimestamp() != TimeSpan.FromSeconds(2).Ticks || frozen is not null)
                return BenchDouble.Right(a, b);
            frozen = new TaskCompletionSource<SumResult>();
            return new ValueTask<SumResult>(frozen.Task);
        });
        Task run = loop.RunAsync();

        for (int i = 0; i < 10_000; i++)
        {
            _time.Advance(_ms);
            if (i == 2_999)
                frozen!.SetResult(await BenchDouble.Right(request.Item1, request.Item2));
            loop.Release(clock.Now);
        }

        await run;
        BenchTally all = _recorder.Measured;
        all.Counts.Should().BeEquivalentTo(new BenchCounts { Ok = 10_000, Sent = 10_000, Late = 998 });
        // Of 10,000, 1,000 waited, evenly from 1 s down to 0: 1 % waited longer than 0.9 s.
        Ms(all.Corrected!.Percentile(99)).Should().BeApproximately(900, 2);
        Ms(all.Corrected.Percentile(95)).Should().BeApproximately(500, 2);
        all.Corrected.Max.Should().Be(TimeSpan.FromSeconds(1));
        all.Uncorrected.Percentile(99.9).Should().Be(TimeSpan.Zero, "from the sending only one request saw it");
        all.Uncorrected.Max.Should().Be(TimeSpan.FromSeconds(1));
        all.Lag!.Max.Should().Be(TimeSpan.Zero, "the generator was never at fault");
    }

    [Fact]
    public async Task A_generator_that_comes_late_says_so()
    {
        (OpenLoop loop, BenchClock clock) = Loop(BenchDouble.Right);
        Task run = loop.RunAsync();

        _time.Advance(TimeSpan.FromMilliseconds(5));
        loop.Release(clock.Now);
        _time.Advance(TimeSpan.FromSeconds(10));
        loop.Release(clock.Now);

        await run;
        BenchTally all = _recorder.Measured;
        all.Counts.Ok.Should().Be(10_000);
        all.Lag!.Max.Should().Be(TimeSpan.FromMilliseconds(9_999), "the first due after 5 ms was sent at 10.005 s");
    }

    [Fact]
    public void A_place_is_ready_when_the_answer_was_received_and_what_passes_until_it_sends_is_lag()
    {
        (OpenLoop loop, _) = Loop(new BenchDouble(_time));
        _ = loop.RunAsync();
        _time.Advance(TimeSpan.FromMilliseconds(5));
        long received = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(2));
        SumCompletion[] right = [new(1, 2, 0, new SumResult(SumOutcome.Sum, 3))];

        loop.OnCompleted(right, received);
        loop.OnCompleted(right, _time.GetTimestamp()); // the one that was sent then

        BenchTally all = _recorder.Measured;
        (all.Lag!.Min, all.Lag.Max).Should().Be((TimeSpan.Zero, TimeSpan.FromMilliseconds(2)));
        (all.Corrected!.Min, all.Corrected.Max).Should().Be((TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(6)));
    }

    [Fact]
    public void A_place_that_was_free_in_time_is_not_hidden_behind_one_that_was_not()
    {
        (OpenLoop loop, _) = Loop(new BenchDouble(_time), places: 2);
        _ = loop.RunAsync(); // the first is sent, and there is room for another
        _time.Advance(TimeSpan.FromMilliseconds(1.2)); // the second was due 0.2 ms ago, and was not yet released
        SumCompletion[] first = [new(1, 2, 0, new SumResult(SumOutcome.Sum, 3))];
        loop.OnCompleted(first, _time.GetTimestamp());

        loop.OnCompleted([first[0] with { Tag = 1 }], _time.GetTimestamp());

        _recorder.Measured.Lag!.Max.Should().Be(TimeSpan.FromMilliseconds(0.2));
    }

    [Fact]
    public async Task No_more_are_under_way_than_there_are_places()
    {
        BenchDouble client = new(_time);
        (OpenLoop loop, BenchClock clock) = Loop(client, places: 3);
        Task run = loop.RunAsync();

        _time.Advance(TimeSpan.FromMilliseconds(10));
        loop.Release(clock.Now);

        client.UnderWay.Should().HaveCount(3);
        loop.LeaveRest(clock.Now);
        await client.DisposeAsync();
        await run;
        _recorder.Measured.Counts.Planned.Should().Be(10_000);
    }

    [Fact]
    public async Task What_was_due_and_never_sent_is_unanswered_and_has_waited()
    {
        BenchDouble client = new(_time);
        (OpenLoop loop, BenchClock clock) = Loop(client);
        BenchPlan plan = _plan!;
        Task run = loop.RunAsync();
        _time.Advance(TimeSpan.FromMilliseconds(99));
        plan.Stop(clock.Now);
        _time.Advance(TimeSpan.FromSeconds(1));

        loop.LeaveRest(clock.Now);
        await _connection!.GiveUpAsync();

        await run;
        BenchTally all = _recorder.Measured;
        all.Counts.Should().BeEquivalentTo(new BenchCounts { Unanswered = 100, Sent = 1 });
        (all.Corrected!.Count, all.Corrected.Min, all.Corrected.Max).Should()
            .Be((100, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(1_099)));
        all.Uncorrected.Count.Should().Be(1);
    }

    private BenchPlan? _plan;
    private BenchConnection? _connection;

    private (OpenLoop Loop, BenchClock Clock) Loop(Func<long, long, ValueTask<SumResult>> answer) => Loop(new BenchDouble(_time, answer));

    private (OpenLoop Loop, BenchClock Clock) Loop(BenchDouble client, int places = 1)
    {
        BenchClock clock = new(_time);
        _plan = new BenchPlan(_options, start: 0);
        _connection = new BenchConnection(0, client, _recorder, new OutageTable(), clock, new LastAnswer());
        return (new OpenLoop(_connection, _plan, clock, places), clock);
    }

    private static double Ms(TimeSpan? time) => time!.Value.TotalMilliseconds;
}
