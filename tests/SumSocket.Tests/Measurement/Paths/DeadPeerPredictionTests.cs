using FluentAssertions;
using SumSocket.Measurement.Paths;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Measurement.Paths;

/// <summary>The arithmetic of the prediction, against what was measured on Linux 6.18 (docs/paths.md).</summary>
public sealed class DeadPeerPredictionTests
{
    private static readonly TimeSpan _rto = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData("5s/2s/3", 0, 11)]
    [InlineData("15s/15s/9", 0, 150)]
    [InlineData("15s/15s/9", 120, 120)]
    [InlineData("15s/15s/9", 121, 135)]
    [InlineData("5s/75s/9", 3, 80)]
    [InlineData("1s/1s/3", 10, 10)]
    [InlineData("17s/17s/3", 0, 68)]
    public void Idle_it_is_the_probes_or_the_first_probe_after_the_user_time_out(string keepAlive, int userTimeout, int seconds) =>
        DeadPeerPrediction.IdleTime(SocketFindings.ReadKeepAlive(keepAlive), TimeSpan.FromSeconds(userTimeout)).Should()
            .Be(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData(7, 15, 120, 7.4)]
    [InlineData(0, 15, 120, 938)]
    [InlineData(0, 8, 120, 107)]
    [InlineData(0, 5, 120, 13.4)]
    [InlineData(0, 15, 1, 15)]
    public void In_flight_it_is_the_user_time_out_or_the_retransmissions(int userTimeout, int retries, int longestRto, double measured) =>
        DeadPeerPrediction.InFlightTime(TimeSpan.FromSeconds(userTimeout), _rto, retries, TimeSpan.FromSeconds(longestRto))
            .TotalSeconds.Should().BeApproximately(measured, 0.1 * measured);

    [Fact]
    public void Without_keep_alive_an_idle_peer_is_never_noticed_whatever_the_user_time_out()
    {
        var options = new EffectiveOptions(new TcpSettings(null, TimeSpan.FromSeconds(7)), NoDelay: true, 0, 0);
        DeadPeerPrediction prediction = DeadPeerPrediction.Of(options, _rto);
        (prediction.Idle, prediction.Worst).Should().Be((null, null));
        prediction.InFlight.Should().Be(TimeSpan.FromSeconds(7.4));
    }

    [Fact]
    public void At_worst_both_times_follow_one_another()
    {
        var keepAlive = new KeepAlive(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2), 3);
        var options = new EffectiveOptions(new TcpSettings(keepAlive, TimeSpan.FromSeconds(7)), NoDelay: true, 0, 0);
        DeadPeerPrediction.Of(options, _rto).Worst.Should().Be(TimeSpan.FromSeconds(7 + 7.4));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("15s/15s")]
    [InlineData("x/15s/9")]
    public void A_keep_alive_that_is_none_is_none(string text) => SocketFindings.ReadKeepAlive(text).Should().BeNull();

    [Fact]
    public void A_keep_alive_of_minutes_is_read() => SocketFindings.ReadKeepAlive("2h/1m15s/9").Should()
        .Be(new KeepAlive(TimeSpan.FromHours(2), TimeSpan.FromSeconds(75), 9));
}
