using FluentAssertions;
using SumSocket.Measurement.Idle;
using Xunit;

namespace SumSocket.Tests.Measurement.Idle;

public sealed class SilenceSearchTests
{
    [Fact]
    public void The_ladder_doubles_and_ends_with_the_longest_silence()
    {
        Seconds(Plan(1, 60).Ladder()).Should().Equal(1, 2, 4, 8, 16, 32, 60);
        Seconds(Plan(10, 10).Ladder()).Should().Equal(10);
    }

    [Theory]
    [InlineData(1, 60, 30, new double[] { 1, 2, 4, 8, 16, 27 })]
    [InlineData(1, 20, 30, new double[] { 1, 2, 4, 8, 16, 20 })]
    [InlineData(5, 60, 5, new double[] { })]
    public void The_ladder_stays_clear_of_the_servers_own_limit(double from, double to, double limit, double[] silences) =>
        Seconds(Plan(from, to).Ladder(TimeSpan.FromSeconds(limit))).Should().Equal(silences);

    [Theory]
    [InlineData(16, 32, 0.05, 13)]
    [InlineData(16, 32, 0.02, 32)] // 34 are needed, more than at a time
    [InlineData(19.2, 20, 0.05, 0)]
    public void Silences_between_two_are_as_near_as_the_resolution_asks(double lived, double died, double resolution, int count)
    {
        IdlePlan plan = Plan(1, 60) with { Resolution = resolution };

        IReadOnlyList<TimeSpan> points = plan.Between(TimeSpan.FromSeconds(lived), TimeSpan.FromSeconds(died));

        points.Should().HaveCount(count).And.BeInAscendingOrder();
        if (count is > 0 and < 32)
        {
            double[] all = [lived, .. Seconds(points), died];
            all.Zip(all.Skip(1), (one, next) => (next - one) / next).Should().OnlyContain(gap => gap <= resolution + 0.001);
        }
    }

    [Theory]
    [InlineData(20, true, 0.02)]
    [InlineData(20, false, 0.02)]
    [InlineData(3.3, false, 0.05)]
    [InlineData(59.5, false, 0.05)]
    [InlineData(59.5, true, 0.02)]
    [InlineData(17, false, 0.2)]
    public void Finds_the_limit_within_the_resolution_and_in_the_time_it_has_planned(double limit, bool isSeen, double resolution)
    {
        IdlePlan plan = Plan(1, 60) with { Resolution = resolution, Patience = TimeSpan.FromSeconds(2) };
        var search = new SilenceSearch(plan, SilenceBreaker.Client);
        var alive = new SilenceSearch(plan, search);
        var path = new SimulatedPath(TimeSpan.FromSeconds(limit), isSeen, plan.Patience);

        double took = path.Run(search, alive).TotalSeconds;

        double died = search.Death!.DiedAt.TotalSeconds;
        died.Should().BeGreaterThanOrEqualTo(limit);
        search.Lived.TotalSeconds.Should().BeLessThanOrEqualTo(limit).And.BeGreaterThanOrEqualTo(died * (1 - resolution) - 0.001);
        took.Should().BeLessThanOrEqualTo(plan.LongestTime(plan.Ladder()).TotalSeconds + 0.001);
        if (resolution >= 0.05)
            took.Should().BeLessThanOrEqualTo(1.6 * 60);
    }

    [Fact]
    public void Keep_alive_is_tried_for_one_silence_that_is_too_long_without()
    {
        IdlePlan plan = Plan(1, 60);
        var search = new SilenceSearch(plan, SilenceBreaker.Server);
        var alive = new SilenceSearch(plan, search);

        new SimulatedPath(TimeSpan.FromSeconds(20), isSeen: true, plan.Patience).Run(search, alive);

        alive.Results.Where(result => result.Try.Silence > TimeSpan.FromSeconds(20)).Should().ContainSingle()
            .Which.Should().Match<SilenceResult>(result => result.HasLived && result.Try.Silence == TimeSpan.FromSeconds(32)
                && result.Try.KeepAlive!.Idle == TimeSpan.FromSeconds(8));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_byte_sent_at_the_moment_of_the_end_does_not_say_how_it_ends(bool isFirst)
    {
        var search = new SilenceSearch(Plan(1, 4), SilenceBreaker.Client);
        IReadOnlyList<SilenceTry> tries = search.Next();
        search.Add(new SilenceResult(tries[0], SilenceEnd.Answered, tries[0].Silence));
        SilenceResult[] ends =
        [
            new(tries[1], SilenceEnd.RstOnByte, tries[1].Silence), new(tries[2], SilenceEnd.Fin, TimeSpan.FromMilliseconds(2_002)),
        ];
        foreach (SilenceResult end in isFirst ? ends : ends.Reverse())
            search.Add(end);

        search.Death.Should().Be(ends[1]);
        search.Lived.Should().Be(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Tries_the_silences_between_two_of_the_ladder_once()
    {
        IdlePlan plan = Plan(2, 4) with { Patience = TimeSpan.FromSeconds(2) };
        var search = new SilenceSearch(plan, SilenceBreaker.Client);

        new SimulatedPath(TimeSpan.FromSeconds(3), isSeen: false, plan.Patience).Run(search);

        search.Results.Count(result => result.HasDied).Should().Be(2, "one of the ladder, and the first of those between");
    }

    [Fact]
    public void Says_when_a_longer_silence_lived()
    {
        var search = new SilenceSearch(Plan(1, 4), SilenceBreaker.Client);
        IReadOnlyList<SilenceTry> tries = search.Next();
        search.Add(new SilenceResult(tries[0], SilenceEnd.Answered, tries[0].Silence));
        search.Add(new SilenceResult(tries[2], SilenceEnd.Answered, tries[2].Silence));

        search.Add(new SilenceResult(tries[1], SilenceEnd.NoAnswer, tries[1].Silence));

        search.Lived.Should().Be(TimeSpan.FromSeconds(1));
        search.Contradiction.Should().Be(TimeSpan.FromSeconds(4));
    }

    private static IdlePlan Plan(double from, double to) => new() { From = TimeSpan.FromSeconds(from), To = TimeSpan.FromSeconds(to) };

    private static IEnumerable<double> Seconds(IEnumerable<TimeSpan> times) => times.Select(time => time.TotalSeconds);

    /// <summary>A path with a limit that keep-alive resets, without sockets: only the order of events counts.</summary>
    private sealed class SimulatedPath(TimeSpan limit, bool isSeen, TimeSpan patience)
    {
        private readonly List<(TimeSpan Due, SilenceSearch Search, SilenceResult Result)> _events = [];

        /// <summary>Returns when all is known.</summary>
        public TimeSpan Run(params SilenceSearch[] searches)
        {
            TimeSpan now = TimeSpan.Zero;
            foreach (SilenceSearch search in searches)
                Start(search, now);
            while (_events.Count > 0)
            {
                (TimeSpan Due, SilenceSearch Search, SilenceResult Result) next = _events.MinBy(one => one.Due);
                _events.Remove(next);
                now = next.Due;
                next.Search.Add(next.Result);
                Start(next.Search, now);
                foreach ((TimeSpan Due, SilenceSearch Search, SilenceResult Result) moot in
                    _events.Where(one => one.Search.IsMoot(one.Result.Try.Silence)).ToArray())
                {
                    _events.Remove(moot);
                    moot.Search.Add(moot.Result with { End = SilenceEnd.Stopped });
                    Start(moot.Search, now);
                }
            }

            searches.Should().OnlyContain(search => search.IsDone);
            return now;
        }

        private void Start(SilenceSearch search, TimeSpan now)
        {
            foreach (SilenceTry next in search.Next())
            {
                SilenceResult result = next.Silence < limit || next.KeepAlive?.Idle < limit
                    ? new SilenceResult(next, SilenceEnd.Answered, next.Silence)
                    : isSeen ? new SilenceResult(next, SilenceEnd.Fin, limit)
                    : new SilenceResult(next, SilenceEnd.NoAnswer, next.Silence + patience);
                _events.Add((now + result.At, search, result));
            }
        }
    }
}
