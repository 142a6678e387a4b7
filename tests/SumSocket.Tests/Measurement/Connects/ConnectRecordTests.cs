using FluentAssertions;
using SumSocket.Measurement.Connects;
using SumSocket.Measurement.Ping;
using Xunit;

namespace SumSocket.Tests.Measurement.Connects;

/// <summary>A service that is slow to accept hides no time.</summary>
public sealed class ConnectRecordTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _clock = new();
    private readonly ConnectRecord _record;

    public ConnectRecordTests() => _record = new ConnectRecord(new ConnectProbeOptions { Interval = _second, Count = 20 }, _clock);

    [Fact]
    public void Rounds_that_were_due_while_one_waited_are_skipped_and_the_wait_is_an_outage()
    {
        Connect(1, 0, 0.01 * _second);
        _clock.Advance(0.99 * _second);
        Connect(2, 1, 5.5 * _second); // it ends at 6.5 s; those of 2 s to 5 s were due meanwhile, and that of 6 s is made up for
        Connect(3, 6, 0.01 * _second);

        ConnectSummary summary = _record.Summarize();
        (summary.Attempts, summary.Connected, summary.Skipped, summary.Outages).Should().Be((3, 3, 4, 1));
        summary.RecentOutages.Should().Equal(new PingOutage(_second, "no connection", 5.5 * _second, 0));
        summary.AvailabilityPercent.Should().BeApproximately(100 * (1 - 5.5 / 6.51), 0.01);
        summary.FromDue.Should().BeEquivalentTo(new { Count = 7, Min = 0.01 * _second, Max = 5.5 * _second });
        summary.FromDue!.Mean.Should().Be((0.01 + 5.5 + 4.5 + 3.5 + 2.5 + 1.5 + 0.51) / 7 * _second);
    }

    [Fact]
    public void What_waits_for_one_that_fails_is_skipped_and_has_no_time()
    {
        ConnectAttempt first = _record.Begin(1, 0);
        _clock.Advance(3.5 * _second);
        _record.Add(new ConnectRound(1, null, 3.5 * _second, "timed out"), first);
        Connect(2, 3, 0.01 * _second);

        ConnectSummary summary = _record.Summarize();
        (summary.Skipped, summary.Failed, summary.FromDue!.Count).Should().Be((2, 1, 1));
        summary.FromDue.Max.Should().Be(0.51 * _second);
    }

    [Theory]
    [InlineData(0.9, 0, null)]
    [InlineData(4.2, 1, 0.0)]
    public void A_look_at_the_first_round_shows_how_long_it_has_waited(double seconds, long outages, double? availability)
    {
        _record.Begin(1, 0);
        _clock.Advance(seconds * _second);

        ConnectSummary summary = _record.Summarize();
        (summary.Attempts, summary.UnderWay, summary.Skipped).Should().Be((0, seconds * _second, (long)seconds));
        (summary.Outages, summary.AvailabilityPercent).Should().Be((outages, availability));
    }

    [Fact]
    public void No_more_are_skipped_than_were_asked_for()
    {
        _record.Begin(1, 0);
        _clock.Advance(60 * _second);

        _record.Summarize().Skipped.Should().Be(19);
    }

    [Theory]
    [InlineData(0.9, 0)]
    [InlineData(4.2, 1)]
    public void One_that_is_cut_short_has_failed_when_it_is_long_overdue(double seconds, long failed)
    {
        _record.Begin(1, 0);
        _clock.Advance(seconds * _second);
        _record.Leave();

        ConnectSummary summary = _record.Summarize();
        (summary.Failed, summary.Outages, summary.Skipped, summary.UnderWay).Should().Be((failed, failed, (long)seconds, null));
    }

    private void Connect(long sequence, long slot, TimeSpan time)
    {
        ConnectAttempt attempt = _record.Begin(sequence, slot);
        _clock.Advance(time);
        _record.Add(new ConnectRound(sequence, null, time, "") { Connect = time }, attempt);
    }
}
