using FluentAssertions;
using SumSocket.Measurement.Ping;
using Xunit;

namespace SumSocket.Tests.Measurement.Ping;

public class OutageLogTests
{
    [Fact]
    public void Counts_from_the_first_sign_to_the_next_good_answer()
    {
        OutageLog log = new();
        log.LoseConnection(TimeSpan.FromSeconds(3), "connection closed by peer");
        log.LoseRound(TimeSpan.FromSeconds(4), "connection refused");
        log.LoseRound(TimeSpan.FromSeconds(5), "connection refused");
        log.End(TimeSpan.FromSeconds(6));
        log.End(TimeSpan.FromSeconds(7));

        log.Recent.Should().Equal(new PingOutage(TimeSpan.FromSeconds(3), "connection closed by peer", TimeSpan.FromSeconds(3), 2));
        log.Count.Should().Be(1);
    }

    [Theory]
    [InlineData(2, false, 0)]
    [InlineData(3, false, 1)]
    [InlineData(1, true, 1)]
    [InlineData(0, true, 0)] // no round needed it meanwhile
    public void Takes_only_enough_losses_in_a_row_or_a_lost_connection_for_an_outage(int lost, bool connectionLost, int outages)
    {
        OutageLog log = new(enough: 3);
        for (int i = 0; i < lost; i++)
            log.LoseRound(TimeSpan.FromSeconds(1), "timed out");
        if (connectionLost)
            log.LoseConnection(TimeSpan.FromSeconds(2), "connection refused");
        log.Count.Should().Be(outages);
        log.End(TimeSpan.FromSeconds(3));
        log.LoseRound(TimeSpan.FromSeconds(4), "timed out");
        log.End(TimeSpan.FromSeconds(5));

        log.Count.Should().Be(outages);
        log.Recent.Should().HaveCount(outages);
    }

    [Fact]
    public void An_answer_far_too_late_ends_an_outage_that_what_waited_with_it_does_not_begin_again()
    {
        OutageLog log = new(enough: 2);
        log.Delay(TimeSpan.FromSeconds(5.5), TimeSpan.FromSeconds(15.2), "no answer");
        log.Count.Should().Be(0);
        log.Delay(TimeSpan.FromSeconds(5.5), TimeSpan.FromSeconds(15.2), "no answer");
        log.Delay(TimeSpan.FromSeconds(6.5), TimeSpan.FromSeconds(15.3), "no answer");
        log.Delay(TimeSpan.FromSeconds(6.5), TimeSpan.FromSeconds(15.3), "no answer");
        log.End(TimeSpan.FromSeconds(15.5));

        log.Recent.Should().Equal(new PingOutage(TimeSpan.FromSeconds(5.5), "no answer", TimeSpan.FromSeconds(9.7), 0));
        log.Down(TimeSpan.FromSeconds(20)).Should().Be(TimeSpan.FromSeconds(9.7));
    }

    [Fact]
    public void A_round_that_was_retried_needed_the_connection_that_was_lost()
    {
        OutageLog log = new();
        log.LoseConnection(TimeSpan.FromSeconds(1), "connection closed by peer");
        log.EndByRetry(TimeSpan.FromSeconds(2));

        log.Recent.Should().Equal(new PingOutage(TimeSpan.FromSeconds(1), "connection closed by peer", TimeSpan.FromSeconds(1), 0));
    }

    [Fact]
    public void Counts_rounds_that_got_an_error_in_an_outage_and_the_time_until_now_of_one_that_is_not_over()
    {
        OutageLog log = new();
        log.CountError();
        log.LoseRound(TimeSpan.FromSeconds(1), "timed out");
        log.CountError();

        log.Recent.Should().Equal(new PingOutage(TimeSpan.FromSeconds(1), "timed out", null, 2));
        log.Down(TimeSpan.FromSeconds(4)).Should().Be(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Keeps_the_last_hundred_and_counts_all()
    {
        OutageLog log = new();
        for (int i = 0; i < 150; i++)
        {
            log.LoseRound(TimeSpan.FromSeconds(i), "timed out");
            if (i < 149)
                log.End(TimeSpan.FromSeconds(i + 0.5));
        }

        log.Count.Should().Be(150);
        log.Recent.Should().HaveCount(OutageLog.Kept);
        log.Recent[^1].Duration.Should().BeNull();
        log.Recent[0].Start.Should().Be(TimeSpan.FromSeconds(50));
    }
}
