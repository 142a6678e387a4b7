using System.Net.Sockets;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Measurement.Storm;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Measurement.Storm;

/// <summary>The figures of a storm, without one.</summary>
public sealed class StormRoundTests
{
    [Theory]
    [InlineData(50, 50)]
    [InlineData(90, 90)]
    [InlineData(99, 99)]
    [InlineData(99.5, 100)]
    [InlineData(100, 100)]
    public void So_many_percent_of_those_that_were_cut_are_back_at_the_time_of_the_last_of_them(double percent, int expected)
    {
        Round(cut: 100, back: 100).TimeUntil(percent).Should().Be(TimeSpan.FromMilliseconds(expected));
    }

    [Fact]
    public void What_was_never_reached_has_no_time()
    {
        StormRound round = Round(cut: 100, back: 98);

        (round.TimeUntil(98), round.TimeUntil(99), round.NotBack).Should().Be((TimeSpan.FromMilliseconds(98), null, 2));
    }

    [Fact]
    public void The_curve_ends_with_all_that_are_back_and_has_few_points()
    {
        Round(cut: 3, back: 3).Curve().Select(point => point.Back).Should().Equal(1, 2, 3);
        List<(TimeSpan Time, int Back)> curve = [.. Round(cut: 100_000, back: 100_000).Curve()];
        curve.Should().HaveCount(200).And.BeInAscendingOrder(point => point.Back);
        curve[^1].Should().Be((TimeSpan.FromSeconds(100), 100_000));
    }

    [Fact]
    public void All_rounds_together_are_those_of_each()
    {
        StormRound all = StormRound.Merge([Round(cut: 4, back: 4), Round(cut: 4, back: 3)]);

        (all.Clients, all.Cut, all.NotBack, all.Counts.Attempts).Should().Be((8, 8, 1, 7));
        all.Times.Select(time => time.TotalMilliseconds).Should().Equal(1, 1, 2, 2, 3, 3, 4);
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 200)]
    [InlineData(7, 6_400)]
    [InlineData(8, 10_000)]
    [InlineData(1_000, 10_000)]
    public void A_pause_is_anything_up_to_its_length_or_without_jitter_all_of_it(int attempt, int milliseconds)
    {
        var length = TimeSpan.FromMilliseconds(milliseconds);
        StormOptions options = new();

        options.Pause(attempt, 0).Should().Be(TimeSpan.Zero);
        options.Pause(attempt, 0.25).Should().Be(length / 4);
        options.Pause(attempt, 1).Should().Be(length);
        foreach (double random in (double[])[0, 0.25, 1])
            (options with { HasJitter = false }).Pause(attempt, random).Should().Be(length);
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, "Refused")]
    [InlineData(SocketError.TimedOut, "TimedOut")]
    [InlineData(SocketError.AddressNotAvailable, "NoPort")]
    [InlineData(SocketError.TooManyOpenSockets, "NoFile")]
    [InlineData(SocketError.ConnectionReset, "Reset")]
    [InlineData(SocketError.HostUnreachable, "Unreachable")]
    [InlineData(SocketErrors.TlsFailure, "Tls")]
    [InlineData(SocketError.AccessDenied, "Other")]
    public void Each_cause_of_a_failed_attempt_has_its_name(SocketError error, string outcome)
    {
        StormCause.Of(new ProbeAttempt(null, ConnectResult.Failed(null, error))).Should().Be(Enum.Parse<StormOutcome>(outcome));
    }

    [Fact]
    public void The_rows_of_the_table_are_in_the_order_of_the_outcomes()
    {
        StormCause.All.Select(cause => cause.Outcome).Should().Equal(Enum.GetValues<StormOutcome>());
    }

    [Fact]
    public void The_verdict_names_what_stood_in_the_way_and_what_helps()
    {
        StormRound round = Round(cut: 1_000, back: 1_000, (StormOutcome.NoPort, 7), (StormOutcome.Refused, 300), (StormOutcome.NoFile, 1));
        round = round with { Counts = round.Counts with { SynRetries = 12 } };

        StormVerdict.Of(new StormResult(new StormOptions(), round, [round])).Should().SatisfyRespectively(
            line => line.Should().Be(
                "all 1,000 were back after 1.00 s (half after 0.50 s), with 1,308 attempts: 300 refused, 7 without a local port, "
                + "1 without a file descriptor"),
            line => line.Should().StartWith("12 SYN were sent again").And.Contain("--backlog and net.core.somaxconn"),
            line => line.Should().Contain("28,232").And.Contain("TIME_WAIT").And.Contain("--cut rst"),
            line => line.Should().Contain("ulimit -n"));
    }

    [Theory]
    [InlineData("<", 0.1, true)]
    [InlineData("<", 0.099, false)]
    [InlineData("<=", 0.099, true)]
    [InlineData(">", 0.1, false)]
    public void A_threshold_holds_when_the_worst_round_keeps_it(string comparison, double limit, bool isMet)
    {
        StormThreshold threshold = new("", StormFigure.Back, 99, comparison, limit);
        StormRound[] rounds = [Round(cut: 10, back: 10), Round(cut: 100, back: 100)];

        threshold.Evaluate(rounds).IsMet.Should().Be(isMet);
        threshold.Evaluate([.. rounds, Round(cut: 10, back: 9)]).Should().Be(new StormThresholdResult(threshold, null, false));
    }

    internal static StormRound Round(int cut, int back, params (StormOutcome Outcome, long Count)[] failed)
    {
        long[] counts = new long[StormCause.All.Count];
        counts[(int)StormOutcome.Back] = back;
        foreach ((StormOutcome outcome, long count) in failed)
            counts[(int)outcome] = count;
        return new StormRound(
            cut, cut, [.. Enumerable.Range(1, back).Select(i => TimeSpan.FromMilliseconds(i))],
            new StormCounts(counts) { Connected = back })
        {
            Span = TimeSpan.FromMilliseconds(back),
            Duration = TimeSpan.FromMilliseconds(back),
        };
    }
}
