using FluentAssertions;
using SumSocket.Measurement;
using Xunit;

namespace SumSocket.Tests.Measurement;

public class OutageLogTests
{
    [Fact]
    public void Counts_from_the_first_sign_to_the_next_good_answer()
    {
        OutageLog log = new();
        log.Notice(TimeSpan.FromSeconds(3), "connection closed by peer", roundLost: false);
        log.Notice(TimeSpan.FromSeconds(4), "connection refused", roundLost: true);
        log.Notice(TimeSpan.FromSeconds(5), "connection refused", roundLost: true);
        log.End(TimeSpan.FromSeconds(6));
        log.End(TimeSpan.FromSeconds(7));

        log.Recent.Should().Equal(new PingOutage(TimeSpan.FromSeconds(3), "connection closed by peer", TimeSpan.FromSeconds(3), 2));
        log.Count.Should().Be(1);
    }

    [Fact]
    public void Keeps_the_last_hundred_and_counts_all()
    {
        OutageLog log = new();
        for (int i = 0; i < 150; i++)
        {
            log.Notice(TimeSpan.FromSeconds(i), "timed out", roundLost: true);
            if (i < 149)
                log.End(TimeSpan.FromSeconds(i + 0.5));
        }

        log.Count.Should().Be(150);
        log.Recent.Should().HaveCount(OutageLog.Kept);
        log.Recent[^1].Duration.Should().BeNull();
        log.Recent[0].Start.Should().Be(TimeSpan.FromSeconds(50));
    }
}
