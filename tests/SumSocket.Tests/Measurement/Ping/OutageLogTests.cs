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
    [InlineData(0, true, 1)]
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
